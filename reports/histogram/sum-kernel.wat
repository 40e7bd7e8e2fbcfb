;; Adds up histograms that stand in memory as base64 of HdrHistogram V2, and writes the sum the same way. Everything of an
;; ordinary histogram of ours and nothing else: what add() refuses is looked at by the code in JavaScript.
;;
;;   0        header of our histograms, payloadBytes left out (40 bytes)
;;   64       the last characters of a text, filled up (16 bytes)
;;   1024     counts by slot, uint32 (SLOT_COUNT = 33792), and some behind them that stay 0
;;   0x30000  the bytes of one histogram (1 MiB)
;;   0x130000 the caller's
;;
;; Base64 is turned 16 characters at a time by table look-ups in a vector.
;; Source: Mula and Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions", 2018.
(module
  (memory (export "memory") 20 65536)
  (data (i32.const 0) "\1c\84\93\13\00\00\00\00\00\00\00\00\00\00\00\03\00\00\00\00\00\00\00\01\00\00\03\46\30\b8\a0\00\3f\f0\00\00\00\00\00\00")

  ;; Where in memory the first slot that may be in use lies, and the end of the last one.
  (global $from (mut i32) (i32.const 136192))
  (global $to (mut i32) (i32.const 1024))

  (func $start (local $code i32)
    (loop $codes
      (i32.store offset=512 (i32.shl (local.get $code) (i32.const 2))
        (select
          (i32.shl (i32.add (local.get $code) (i32.const 1)) (i32.const 1))
          (i32.or (i32.const 4) (i32.shl (local.get $code) (i32.const 15)))
          (i32.and (local.get $code) (i32.const 1))))
      (local.set $code (i32.add (local.get $code) (i32.const 1)))
      (br_if $codes (i32.lt_u (local.get $code) (i32.const 128)))))
  (start $start)

  (func (export "clear")
    (memory.fill (i32.const 1024) (i32.const 0) (i32.const 139264))
    (global.set $from (i32.const 136192))
    (global.set $to (i32.const 1024)))

  ;; 16 characters to 12 bytes, of which each 32-bit lane holds three, and the lanes are packed. A vector with any bit set in
  ;; the second result has a character that is none of base64.
  (func $decode (param $text v128) (result v128 v128)
    (local $high v128) (local $bits v128)
    (local.set $high (v128.and (i16x8.shr_u (local.get $text) (i32.const 4)) (i8x16.splat (i32.const 15))))
    (local.set $bits
      (i8x16.add (local.get $text)
        (i8x16.swizzle
          (v128.const i8x16 0 16 19 4 -65 -65 -71 -71 0 0 0 0 0 0 0 0)
          (i8x16.add (local.get $high) (i8x16.eq (local.get $text) (i8x16.splat (i32.const 47)))))))
    (local.set $bits
      (i32x4.dot_i16x8_s
        (v128.or
          (i16x8.shl (v128.and (local.get $bits) (i16x8.splat (i32.const 63))) (i32.const 6))
          (i16x8.shr_u (local.get $bits) (i32.const 8)))
        (i32x4.splat (i32.const 0x00011000))))
    (i8x16.shuffle 2 1 0 6 5 4 10 9 8 14 13 12 3 3 3 3 (local.get $bits) (local.get $bits))
    (v128.and
      (i8x16.swizzle
        (v128.const i8x16 0x15 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x13 0x1a 0x1b 0x1b 0x1b 0x1a)
        (v128.and (local.get $text) (i8x16.splat (i32.const 15))))
      (i8x16.swizzle
        (v128.const i8x16 0x10 0x10 0x01 0x02 0x04 0x08 0x04 0x08 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10)
        (local.get $high))))

  ;; Adds the histogram whose text begins at $text and has room for $most characters and 16 bytes behind them.
  ;; Returns where the text ends; 0 when it is not one for this function, and then the sum is to be cleared.
  (func (export "add") (param $text i32) (param $most i32) (result i32)
    (local $bytes v128) (local $wrong v128) (local $all v128) (local $chars v128) (local $high v128)
    (local $left i32) (local $length i32) (local $out i32) (local $end i32)
    (local $at i32) (local $code i32) (local $next i32) (local $run i32) (local $slot i32) (local $eight i64)
    ;; The length stands in the first 12 bytes.
    (if (i32.lt_u (local.get $most) (i32.const 56)) (then (return (i32.const 0))))
    (call $decode (v128.load (local.get $text)))
    (local.set $wrong) (local.set $bytes)
    (local.set $length
      (i32x4.extract_lane 1
        (i8x16.shuffle 0 1 2 3 7 6 5 4 8 9 10 11 12 13 14 15 (local.get $bytes) (local.get $bytes))))
    (if (i32.gt_u (local.get $length) (i32.const 800000)) (then (return (i32.const 0))))
    (local.set $length (i32.add (local.get $length) (i32.const 40)))
    ;; ceil(4 * length / 3) characters, and '=' up to a multiple of four.
    (local.set $left (i32.div_u (i32.add (i32.shl (local.get $length) (i32.const 2)) (i32.const 2)) (i32.const 3)))
    (local.set $end (i32.add (local.get $text)
      (i32.and (i32.add (local.get $left) (i32.const 3)) (i32.const -4))))
    (if (i32.gt_u (i32.sub (local.get $end) (local.get $text)) (local.get $most)) (then (return (i32.const 0))))
    (local.set $out (i32.const 0x30000))
    (local.set $all (v128.const i64x2 0 0))
    (block $short
      (loop $by16
        (br_if $short (i32.lt_u (local.get $left) (i32.const 16)))
        ;; $decode in place, as no compiler puts it here.
        (local.set $chars (v128.load (local.get $text)))
        (local.set $high (v128.and (i16x8.shr_u (local.get $chars) (i32.const 4)) (i8x16.splat (i32.const 15))))
        (local.set $bytes
          (i8x16.add (local.get $chars)
            (i8x16.swizzle
              (v128.const i8x16 0 16 19 4 -65 -65 -71 -71 0 0 0 0 0 0 0 0)
              (i8x16.add (local.get $high) (i8x16.eq (local.get $chars) (i8x16.splat (i32.const 47)))))))
        (local.set $bytes
          (i32x4.dot_i16x8_s
            (v128.or
              (i16x8.shl (v128.and (local.get $bytes) (i16x8.splat (i32.const 63))) (i32.const 6))
              (i16x8.shr_u (local.get $bytes) (i32.const 8)))
            (i32x4.splat (i32.const 0x00011000))))
        (v128.store (local.get $out)
          (i8x16.shuffle 2 1 0 6 5 4 10 9 8 14 13 12 3 3 3 3 (local.get $bytes) (local.get $bytes)))
        (local.set $all (v128.or (local.get $all)
          (v128.and
            (i8x16.swizzle
              (v128.const i8x16 0x15 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x13 0x1a 0x1b 0x1b 0x1b 0x1a)
              (v128.and (local.get $chars) (i8x16.splat (i32.const 15))))
            (i8x16.swizzle
              (v128.const i8x16 0x10 0x10 0x01 0x02 0x04 0x08 0x04 0x08 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10)
              (local.get $high)))))
        (local.set $text (i32.add (local.get $text) (i32.const 16)))
        (local.set $out (i32.add (local.get $out) (i32.const 12)))
        (local.set $left (i32.sub (local.get $left) (i32.const 16)))
        (br $by16)))
    (if (local.get $left)
      (then
        (v128.store (i32.const 64) (i8x16.splat (i32.const 65)))
        (memory.copy (i32.const 64) (local.get $text) (local.get $left))
        (call $decode (v128.load (i32.const 64)))
        (local.set $wrong) (local.set $bytes)
        (v128.store (local.get $out) (local.get $bytes))
        (local.set $all (v128.or (local.get $all) (local.get $wrong)))
        (local.set $text (i32.add (local.get $text) (local.get $left)))))
    (if (v128.any_true (local.get $all)) (then (return (i32.const 0))))
    (block $padded
      (loop $equals
        (br_if $padded (i32.ge_u (local.get $text) (local.get $end)))
        (if (i32.ne (i32.load8_u (local.get $text)) (i32.const 61)) (then (return (i32.const 0))))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (br $equals)))

    ;; The header must be ours to the bit.
    (i32.store (i32.const 4) (i32.load (i32.const 0x30004)))
    (if (v128.any_true (v128.or (v128.or
          (v128.xor (v128.load (i32.const 0)) (v128.load (i32.const 0x30000)))
          (v128.xor (v128.load (i32.const 16)) (v128.load (i32.const 0x30010))))
          (v128.xor (v128.load64_zero (i32.const 32)) (v128.load64_zero (i32.const 0x30020)))))
      (then (return (i32.const 0))))

    ;; Codes of up to three bytes, none of which can be beyond 2^20, so that the counts of 1,024 histograms fit a slot.
    (local.set $at (i32.const 0x30028))
    (local.set $length (i32.add (i32.const 0x30000) (local.get $length)))
    (local.set $slot (i32.const 1024))
    (block $read
      (loop $codes
        (br_if $read (i32.ge_u (local.get $at) (local.get $length)))
        (if (i32.ge_u (local.get $slot) (i32.const 136192)) (then (return (i32.const 0))))
        ;; Eight codes of one byte each, as nearly all are, lead at most 512 slots on: less than stay 0 behind the last one.
        (local.set $left (i32.add (local.get $at) (i32.const 8)))
        (if (i32.le_u (local.get $left) (local.get $length))
          (then
            (local.set $eight (i64.load (local.get $at)))
            (if (i64.eqz (i64.and (local.get $eight) (i64.const 0x8080808080808080)))
              (then
                (local.set $code (i32.load offset=512 (i32.shl (i32.and (i32.wrap_i64 (local.get $eight)) (i32.const 127)) (i32.const 2))))
                (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot)) (i32.shr_u (local.get $code) (i32.const 16))))
                (local.set $slot (i32.add (local.get $slot) (i32.and (local.get $code) (i32.const 0xffff))))
                (local.set $code (i32.load offset=512 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $eight) (i64.const 8))) (i32.const 127)) (i32.const 2))))
                (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot)) (i32.shr_u (local.get $code) (i32.const 16))))
                (local.set $slot (i32.add (local.get $slot) (i32.and (local.get $code) (i32.const 0xffff))))
                (local.set $code (i32.load offset=512 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $eight) (i64.const 16))) (i32.const 127)) (i32.const 2))))
                (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot)) (i32.shr_u (local.get $code) (i32.const 16))))
                (local.set $slot (i32.add (local.get $slot) (i32.and (local.get $code) (i32.const 0xffff))))
                (local.set $code (i32.load offset=512 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $eight) (i64.const 24))) (i32.const 127)) (i32.const 2))))
                (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot)) (i32.shr_u (local.get $code) (i32.const 16))))
                (local.set $slot (i32.add (local.get $slot) (i32.and (local.get $code) (i32.const 0xffff))))
                (local.set $code (i32.load offset=512 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $eight) (i64.const 32))) (i32.const 127)) (i32.const 2))))
                (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot)) (i32.shr_u (local.get $code) (i32.const 16))))
                (local.set $slot (i32.add (local.get $slot) (i32.and (local.get $code) (i32.const 0xffff))))
                (local.set $code (i32.load offset=512 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $eight) (i64.const 40))) (i32.const 127)) (i32.const 2))))
                (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot)) (i32.shr_u (local.get $code) (i32.const 16))))
                (local.set $slot (i32.add (local.get $slot) (i32.and (local.get $code) (i32.const 0xffff))))
                (local.set $code (i32.load offset=512 (i32.shl (i32.and (i32.wrap_i64 (i64.shr_u (local.get $eight) (i64.const 48))) (i32.const 127)) (i32.const 2))))
                (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot)) (i32.shr_u (local.get $code) (i32.const 16))))
                (local.set $slot (i32.add (local.get $slot) (i32.and (local.get $code) (i32.const 0xffff))))
                (local.set $code (i32.load offset=512 (i32.shl (i32.wrap_i64 (i64.shr_u (local.get $eight) (i64.const 56))) (i32.const 2))))
                (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot)) (i32.shr_u (local.get $code) (i32.const 16))))
                (local.set $slot (i32.add (local.get $slot) (i32.and (local.get $code) (i32.const 0xffff))))
                (local.set $at (local.get $left))
                (br $codes)))))
        (local.set $code (i32.load8_u (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.ge_u (local.get $code) (i32.const 128))
          (then
            (local.set $next (i32.load8_u (local.get $at)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (local.set $code (i32.or (i32.and (local.get $code) (i32.const 127))
              (i32.shl (i32.and (local.get $next) (i32.const 127)) (i32.const 7))))
            (if (i32.ge_u (local.get $next) (i32.const 128))
              (then
                (local.set $next (i32.load8_u (local.get $at)))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (if (i32.ge_u (local.get $next) (i32.const 128)) (then (return (i32.const 0))))
                (local.set $code (i32.or (local.get $code) (i32.shl (local.get $next) (i32.const 14))))))))
        ;; A run 2z - 1 is z slots on, a count 2c is c in this slot and one on; neither branches.
        (local.set $run (i32.sub (i32.const 0) (i32.and (local.get $code) (i32.const 1))))
        (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot))
          (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.xor (local.get $run) (i32.const -1)))))
        (local.set $slot (i32.add (i32.add (local.get $slot) (i32.const 4))
          (i32.and (i32.shl (i32.sub (local.get $code) (i32.const 1)) (i32.const 1)) (local.get $run))))
        (br $codes)))
    (if (i32.or (i32.ne (local.get $at) (local.get $length)) (i32.gt_u (local.get $slot) (i32.const 136192)))
      (then (return (i32.const 0))))
    (if (i32.gt_u (local.get $slot) (global.get $to)) (then (global.set $to (local.get $slot))))
    ;; The first slots are empty, as far as the first code says so; a histogram of nothing has none.
    (local.set $run (i32.const 1024))
    (local.set $code (i32.load8_u (i32.const 0x30028)))
    (local.set $next (i32.load8_u (i32.const 0x30029)))
    (if (i32.and (local.get $code) (i32.const 1))
      (then
        (if (i32.lt_u (local.get $code) (i32.const 128))
          (then (local.set $run (i32.add (local.get $run) (i32.shl (i32.add (local.get $code) (i32.const 1)) (i32.const 1)))))
          (else (if (i32.lt_u (local.get $next) (i32.const 128))
            (then (local.set $run (i32.add (local.get $run) (i32.shl
              (i32.add (i32.or (i32.and (local.get $code) (i32.const 127)) (i32.shl (local.get $next) (i32.const 7))) (i32.const 1))
              (i32.const 1))))))))))
    (if (i32.and (i32.lt_u (local.get $run) (global.get $from)) (i32.gt_u (local.get $length) (i32.const 0x30028)))
      (then (global.set $from (local.get $run))))
    (local.get $end))

  ;; LEB128 of seven bits a byte.
  (func $put (param $at i32) (param $code i32) (result i32)
    (block $last
      (loop $more
        (br_if $last (i32.lt_u (local.get $code) (i32.const 128)))
        (i32.store8 (local.get $at) (i32.or (local.get $code) (i32.const 128)))
        (local.set $code (i32.shr_u (local.get $code) (i32.const 7)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $more)))
    (i32.store8 (local.get $at) (local.get $code))
    (i32.add (local.get $at) (i32.const 1)))

  ;; Writes the sum as text from $out on and clears it. Returns where the text ends; up to 16 bytes behind are changed.
  (func (export "write") (param $out i32) (result i32)
    (local $slot i32) (local $to i32) (local $at i32) (local $count i32) (local $empty i32) (local $is i32)
    (local $bytes v128) (local $kind v128) (local $left i32)
    (local.set $at (i32.const 0x30028))
    (local.set $slot (i32.and (global.get $from) (i32.const -16)))
    (local.set $to (global.get $to))
    (local.set $empty (i32.shr_u (i32.sub (local.get $slot) (i32.const 1024)) (i32.const 2)))
    (block $written
      (loop $slots
        (br_if $written (i32.ge_u (local.get $slot) (local.get $to)))
        (if (i32.eqz (v128.any_true (v128.or
              (v128.or (v128.load (local.get $slot)) (v128.load offset=16 (local.get $slot)))
              (v128.or (v128.load offset=32 (local.get $slot)) (v128.load offset=48 (local.get $slot))))))
          (then
            (local.set $empty (i32.add (local.get $empty) (i32.const 16)))
            (local.set $slot (i32.add (local.get $slot) (i32.const 64)))
            (br $slots)))
        (local.set $left (i32.add (local.get $slot) (i32.const 64)))
        (loop $one
          (local.set $count (i32.load (local.get $slot)))
          (if (i32.and (i32.lt_u (local.get $count) (i32.const 64)) (i32.lt_u (local.get $empty) (i32.const 65)))
            (then
              ;; A run and a count of one byte each are always stored, and kept only where there is one: nothing branches.
              (local.set $is (i32.ne (local.get $count) (i32.const 0)))
              (i32.store8 (local.get $at) (i32.and
                (i32.sub (i32.shl (local.get $empty) (i32.const 1)) (i32.const 1))
                (i32.sub (i32.eq (local.get $empty) (i32.const 1)) (i32.const 1))))
              (local.set $at (i32.add (local.get $at)
                (i32.and (local.get $is) (i32.ne (local.get $empty) (i32.const 0)))))
              (i32.store8 (local.get $at) (i32.shl (local.get $count) (i32.const 1)))
              (local.set $at (i32.add (local.get $at) (local.get $is)))
              (local.set $empty (i32.and (i32.add (local.get $empty) (i32.const 1))
                (i32.sub (local.get $is) (i32.const 1)))))
            (else
              (if (local.get $count)
                (then
                  (if (local.get $empty)
                    (then (local.set $at (call $put (local.get $at)
                      (select (i32.const 0) (i32.sub (i32.shl (local.get $empty) (i32.const 1)) (i32.const 1))
                        (i32.eq (local.get $empty) (i32.const 1)))))))
                  (local.set $at (call $put (local.get $at) (i32.shl (local.get $count) (i32.const 1))))
                  (local.set $empty (i32.const 0)))
                (else (local.set $empty (i32.add (local.get $empty) (i32.const 1)))))))
          (local.set $slot (i32.add (local.get $slot) (i32.const 4)))
          (br_if $one (i32.lt_u (local.get $slot) (local.get $left))))
        (br $slots)))
    (if (i32.gt_u (local.get $to) (global.get $from))
      (then (memory.fill (global.get $from) (i32.const 0) (i32.sub (local.get $to) (global.get $from)))))
    (global.set $from (i32.const 136192))
    (global.set $to (i32.const 1024))

    ;; Header, with the length, big endian.
    (local.set $left (i32.sub (local.get $at) (i32.const 0x30028)))
    (memory.copy (i32.const 0x30000) (i32.const 0) (i32.const 40))
    (i32.store8 (i32.const 0x30004) (i32.const 0))
    (i32.store8 (i32.const 0x30005) (i32.shr_u (local.get $left) (i32.const 16)))
    (i32.store8 (i32.const 0x30006) (i32.shr_u (local.get $left) (i32.const 8)))
    (i32.store8 (i32.const 0x30007) (local.get $left))
    ;; What is behind the last byte is written as bits of 0.
    (v128.store (local.get $at) (v128.const i64x2 0 0))
    (local.set $left (i32.add (local.get $left) (i32.const 40)))
    (local.set $slot (i32.const 0x30000))
    (local.set $to (i32.add (local.get $out)
      (i32.shl (i32.div_u (i32.add (local.get $left) (i32.const 2)) (i32.const 3)) (i32.const 2))))
    (loop $by12
      (local.set $bytes (v128.load (local.get $slot)))
      (local.set $bytes (i8x16.shuffle 2 1 0 16 5 4 3 16 8 7 6 16 11 10 9 16 (local.get $bytes) (v128.const i64x2 0 0)))
      (local.set $bytes
        (v128.or
          (v128.or
            (i32x4.shr_u (local.get $bytes) (i32.const 18))
            (v128.and (i32x4.shr_u (local.get $bytes) (i32.const 4)) (i32x4.splat (i32.const 0x3f00))))
          (v128.or
            (v128.and (i32x4.shl (local.get $bytes) (i32.const 10)) (i32x4.splat (i32.const 0x3f0000)))
            (v128.and (i32x4.shl (local.get $bytes) (i32.const 24)) (i32x4.splat (i32.const 0x3f000000))))))
      (local.set $kind
        (v128.or
          (i8x16.sub_sat_u (local.get $bytes) (i8x16.splat (i32.const 51)))
          (v128.and (i8x16.lt_u (local.get $bytes) (i8x16.splat (i32.const 26))) (i8x16.splat (i32.const 13)))))
      (v128.store (local.get $out)
        (i8x16.add (local.get $bytes)
          (i8x16.swizzle (v128.const i8x16 71 -4 -4 -4 -4 -4 -4 -4 -4 -4 -4 -19 -16 65 0 0) (local.get $kind))))
      (local.set $slot (i32.add (local.get $slot) (i32.const 12)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (br_if $by12 (i32.lt_u (local.get $out) (local.get $to))))
    (local.set $left (i32.rem_u (local.get $left) (i32.const 3)))
    (if (local.get $left) (then (i32.store8 (i32.sub (local.get $to) (i32.const 1)) (i32.const 61))))
    (if (i32.eq (local.get $left) (i32.const 1)) (then (i32.store8 (i32.sub (local.get $to) (i32.const 2)) (i32.const 61))))
    (local.get $to))
)
