;; Finds where a JSON string ends, 64 bytes at a time. string-stop-module.ts holds what this compiles to; after a change:
;; npm run wasm
(module
  (import "lines" "memory" (memory 1))

  ;; From a position inside a string to that of its closing quote; -1 where there is none before $end.
  ;; Where $strict is not 0, it stops also at what RFC 8785 does not write as it stands there: a control character, or a
  ;; character behind a backslash that is none of "\bfnrt.
  (func (export "stringStop") (param $at i32) (param $end i32) (param $strict i32) (result i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    ;; One bit for each of 64 bytes, the first byte lowest.
    (local $stops i64) (local $slashes i64) (local $escaped i64) (local $short i64)
    (local $follows i64) (local $starts i64) (local $sum i64)
    ;; 1 where the first byte of the next block is escaped.
    (local $carry i64)
    (local $quote v128) (local $slash v128) (local $space v128) (local $low v128) (local $high v128) (local $nibble v128)
    (local $last i32) (local $byte i32)
    (local.set $quote (i8x16.splat (i32.const 0x22)))
    (local.set $slash (i8x16.splat (i32.const 0x5c)))
    (local.set $space (i8x16.splat (i32.const 0x20)))
    (local.set $nibble (i8x16.splat (i32.const 0x0f)))
    ;; A byte is one of "\bfnrt where its low and its high four bits have a class in common: 1 for 2_, 2 for 5_, 4 for 6_,
    ;; 8 for 7_ (W. Mula, D. Lemire: tables of sixteen, as for validating UTF-8).
    (local.set $low (v128.const i8x16 0 0 13 0 8 0 4 0 0 0 0 0 2 0 4 0))
    (local.set $high (v128.const i8x16 0 0 1 0 0 2 4 8 0 0 0 0 0 0 0 0))
    (local.set $last (i32.sub (local.get $end) (i32.const 64)))
    (block $rest
      (loop $block
        (br_if $rest (i32.gt_s (local.get $at) (local.get $last)))
        (local.set $a (v128.load (local.get $at)))
        (local.set $b (v128.load offset=16 (local.get $at)))
        (local.set $c (v128.load offset=32 (local.get $at)))
        (local.set $d (v128.load offset=48 (local.get $at)))
        (local.set $stops
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
            (local.set $escaped
              (i64.and
                (local.get $follows)
                (i64.xor (i64.const 0x5555555555555555) (i64.shl (local.get $sum) (i64.const 1)))))
            (local.set $stops (i64.and (local.get $stops) (i64.xor (local.get $escaped) (i64.const -1))))
            (if (local.get $strict)
              (then
                (local.set $short
                  (i64.or
                    (i64.or
                      (i64.extend_i32_u (i8x16.bitmask (i8x16.ne (v128.const i64x2 0 0) (v128.and
                        (i8x16.swizzle (local.get $low) (v128.and (local.get $a) (local.get $nibble)))
                        (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $a) (i32.const 4)))))))
                      (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.ne (v128.const i64x2 0 0) (v128.and
                        (i8x16.swizzle (local.get $low) (v128.and (local.get $b) (local.get $nibble)))
                        (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $b) (i32.const 4))))))) (i64.const 16)))
                    (i64.or
                      (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.ne (v128.const i64x2 0 0) (v128.and
                        (i8x16.swizzle (local.get $low) (v128.and (local.get $c) (local.get $nibble)))
                        (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $c) (i32.const 4))))))) (i64.const 32))
                      (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.ne (v128.const i64x2 0 0) (v128.and
                        (i8x16.swizzle (local.get $low) (v128.and (local.get $d) (local.get $nibble)))
                        (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $d) (i32.const 4))))))) (i64.const 48)))))
                (local.set $stops
                  (i64.or
                    (local.get $stops)
                    (i64.and (local.get $escaped) (i64.xor (local.get $short) (i64.const -1)))))))))
        (if (local.get $strict)
          (then
            (local.set $stops
              (i64.or
                (local.get $stops)
                (i64.or
                  (i64.or
                    (i64.extend_i32_u (i8x16.bitmask (i8x16.lt_u (local.get $a) (local.get $space))))
                    (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.lt_u (local.get $b) (local.get $space)))) (i64.const 16)))
                  (i64.or
                    (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.lt_u (local.get $c) (local.get $space)))) (i64.const 32))
                    (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.lt_u (local.get $d) (local.get $space)))) (i64.const 48))))))))
        (if (i64.ne (local.get $stops) (i64.const 0))
          (then (return (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $stops)))))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $block)))
    ;; Fewer than 64 bytes are left. The first of them may be escaped.
    (loop $single
      (if (i32.ge_s (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i64.ne (local.get $carry) (i64.const 0))
        (then
          (local.set $carry (i64.const 0))
          (if (i32.and
                (i32.ne (local.get $strict) (i32.const 0))
                (i32.eqz
                  (i32.and
                    (i8x16.extract_lane_u 0
                      (i8x16.swizzle (local.get $low) (i8x16.splat (i32.and (local.get $byte) (i32.const 15)))))
                    (i8x16.extract_lane_u 0
                      (i8x16.swizzle (local.get $high) (i8x16.splat (i32.shr_u (local.get $byte) (i32.const 4))))))))
            (then (return (local.get $at)))))
        (else
          (if (i32.eq (local.get $byte) (i32.const 0x22)) (then (return (local.get $at))))
          (if (i32.and (i32.ne (local.get $strict) (i32.const 0)) (i32.lt_u (local.get $byte) (i32.const 0x20)))
            (then (return (local.get $at))))
          (local.set $carry (i64.extend_i32_u (i32.eq (local.get $byte) (i32.const 0x5c))))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $single))
    (unreachable)))
