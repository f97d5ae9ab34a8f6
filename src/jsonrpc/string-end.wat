;; Finds the end of a JSON string, 64 bytes at a time. string-end-module.ts holds what this compiles to; after a change:
;; npm run wasm
(module
  (import "lines" "memory" (memory 1))

  ;; From a position inside a string to the one behind its closing quote; -1 where there is none before $end.
  (func (export "stringEnd") (param $at i32) (param $end i32) (result i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $quotes i64) (local $slashes i64) (local $follows i64) (local $starts i64) (local $sum i64)
    ;; 1 where the first byte of the next block is escaped.
    (local $carry i64)
    (local $quote v128) (local $slash v128) (local $last i32) (local $byte i32)
    (local.set $quote (i8x16.splat (i32.const 0x22)))
    (local.set $slash (i8x16.splat (i32.const 0x5c)))
    (local.set $last (i32.sub (local.get $end) (i32.const 64)))
    (block $rest
      (loop $block
        (br_if $rest (i32.gt_s (local.get $at) (local.get $last)))
        (local.set $a (v128.load (local.get $at)))
        (local.set $b (v128.load offset=16 (local.get $at)))
        (local.set $c (v128.load offset=32 (local.get $at)))
        (local.set $d (v128.load offset=48 (local.get $at)))
        ;; One bit for each byte, the first byte lowest.
        (local.set $quotes
          (i64.or
            (i64.or
              (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $a) (local.get $quote))))
              (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $b) (local.get $quote)))) (i64.const 16)))
            (i64.or
              (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $c) (local.get $quote)))) (i64.const 32))
              (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $d) (local.get $quote)))) (i64.const 48)))))
        (local.set $slashes
          (i64.or
            (i64.or
              (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $a) (local.get $slash))))
              (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $b) (local.get $slash)))) (i64.const 16)))
            (i64.or
              (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $c) (local.get $slash)))) (i64.const 32))
              (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $d) (local.get $slash)))) (i64.const 48)))))
        (if (i64.ne (i64.or (local.get $slashes) (local.get $carry)) (i64.const 0))
          (then
            ;; What follows an odd number of backslashes is escaped. A run of them that begins at an odd place ends,
            ;; when the beginning is added to it, one behind its last one, and from there on even and odd are exchanged
            ;; (G. Langdale, D. Lemire: Parsing Gigabytes of JSON per Second, 2019, section 3.1.1).
            (local.set $slashes (i64.and (local.get $slashes) (i64.xor (local.get $carry) (i64.const -1))))
            (local.set $follows (i64.or (i64.shl (local.get $slashes) (i64.const 1)) (local.get $carry)))
            (local.set $starts
              (i64.and
                (i64.and (local.get $slashes) (i64.const 0xaaaaaaaaaaaaaaaa))
                (i64.xor (local.get $follows) (i64.const -1))))
            (local.set $sum (i64.add (local.get $starts) (local.get $slashes)))
            (local.set $carry (i64.extend_i32_u (i64.lt_u (local.get $sum) (local.get $starts))))
            (local.set $quotes
              (i64.and
                (local.get $quotes)
                (i64.xor
                  (i64.const -1)
                  (i64.and
                    (local.get $follows)
                    (i64.xor (i64.const 0x5555555555555555) (i64.shl (local.get $sum) (i64.const 1)))))))))
        (if (i64.ne (local.get $quotes) (i64.const 0))
          (then
            (return
              (i32.add (i32.add (local.get $at) (i32.const 1)) (i32.wrap_i64 (i64.ctz (local.get $quotes)))))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $block)))
    (local.set $at (i32.add (local.get $at) (i32.wrap_i64 (local.get $carry))))
    (loop $single
      (if (i32.ge_s (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $byte (i32.load8_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.eq (local.get $byte) (i32.const 0x22)) (then (return (local.get $at))))
      (if (i32.eq (local.get $byte) (i32.const 0x5c))
        (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
      (br $single))
    (unreachable)))
