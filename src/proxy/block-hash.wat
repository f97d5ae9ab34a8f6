;; NH, the universal hash of UMAC (RFC 4418, section 5.2), 32 bytes at a time, twice with keys that lie 16 bytes apart.
;; block-hash-module.ts holds what this compiles to; after a change: npm run wasm
(module
  (import "blocks" "memory" (memory 1))

  ;; Hashes $length bytes from $at, a multiple of 32, in blocks of 1024 bytes, each to 16 bytes from $out on.
  ;; The key has 1040 bytes.
  (func (export "hashBlocks") (param $at i32) (param $length i32) (param $key i32) (param $out i32)
    (local $end i32) (local $stop i32) (local $k i32)
    (local $m0 v128) (local $m1 v128) (local $k0 v128) (local $k1 v128) (local $k2 v128) (local $x v128) (local $y v128)
    ;; Two sums of each hash, which are one in the end.
    (local $first v128) (local $second v128)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (block $done
      (loop $block
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $stop (i32.add (local.get $at) (i32.const 1024)))
        (if (i32.gt_u (local.get $stop) (local.get $end)) (then (local.set $stop (local.get $end))))
        (local.set $first (v128.const i64x2 0 0))
        (local.set $second (v128.const i64x2 0 0))
        (local.set $k (local.get $key))
        (local.set $k0 (v128.load (local.get $k)))
        (loop $words
          (local.set $m0 (v128.load (local.get $at)))
          (local.set $m1 (v128.load offset=16 (local.get $at)))
          (local.set $k1 (v128.load offset=16 (local.get $k)))
          (local.set $k2 (v128.load offset=32 (local.get $k)))
          ;; (m0 + k0) * (m1 + k1), words of 32 bits, products and sums of 64.
          (local.set $x (i32x4.add (local.get $m0) (local.get $k0)))
          (local.set $y (i32x4.add (local.get $m1) (local.get $k1)))
          (local.set $first
            (i64x2.add
              (local.get $first)
              (i64x2.add
                (i64x2.extmul_low_i32x4_u (local.get $x) (local.get $y))
                (i64x2.extmul_high_i32x4_u (local.get $x) (local.get $y)))))
          (local.set $x (i32x4.add (local.get $m0) (local.get $k1)))
          (local.set $y (i32x4.add (local.get $m1) (local.get $k2)))
          (local.set $second
            (i64x2.add
              (local.get $second)
              (i64x2.add
                (i64x2.extmul_low_i32x4_u (local.get $x) (local.get $y))
                (i64x2.extmul_high_i32x4_u (local.get $x) (local.get $y)))))
          (local.set $k0 (local.get $k2))
          (local.set $k (i32.add (local.get $k) (i32.const 32)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $words (i32.lt_u (local.get $at) (local.get $stop))))
        (i64.store
          (local.get $out)
          (i64.add (i64x2.extract_lane 0 (local.get $first)) (i64x2.extract_lane 1 (local.get $first))))
        (i64.store offset=8
          (local.get $out)
          (i64.add (i64x2.extract_lane 0 (local.get $second)) (i64x2.extract_lane 1 (local.get $second))))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (br $block)))))
