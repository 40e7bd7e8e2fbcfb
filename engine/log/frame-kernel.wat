;; writeFrames of frame.ts for memories that WebAssembly can reach: the same bytes, two to three times as fast. A load or
;; store costs no bounds check here, and a payload is copied 64 bytes at a time by vector moves.
;;
;; log      a shard log's buffer
;; columns  the columns of a record batch, and the order of its rows
;; keys     a table's strings, then its offsets and lengths as int32
;; payloads the same
;;
;; Strings start on multiples of 8 and are copied with up to 7 bytes behind them, into their padding. Places are bytes.
(module
  (import "memory" "log" (memory $log 0 65536 shared))
  (import "memory" "columns" (memory $columns 0 65536 shared))
  (import "memory" "keys" (memory $keys 0 65536 shared))
  (import "memory" "payloads" (memory $payloads 0 65536 shared))

  (func (export "write")
    (param $frame i32) (param $source i32) (param $order i32) (param $orderEnd i32)
    (param $keyIndex i32) (param $payloadIndex i32) (param $keyCounter i32) (param $intendedAtNs i32)
    (param $keyOffsets i32) (param $keyLengths i32) (param $payloadOffsets i32) (param $payloadLengths i32)
    (result i32)
    (local $row i32) (local $key i32) (local $payload i32) (local $length i32)
    (local $to i32) (local $from i32) (local $left i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $order) (local.get $orderEnd)))
        (local.set $row (i32.shl (i32.load $columns (local.get $order)) (i32.const 2)))
        (local.set $order (i32.add (local.get $order) (i32.const 4)))
        (local.set $key (i32.load $columns (i32.add (local.get $keyIndex) (local.get $row))))
        (local.set $payload (i32.shl (i32.load $columns (i32.add (local.get $payloadIndex) (local.get $row))) (i32.const 2)))
        (i32.store $log offset=20 (local.get $frame) (local.get $key))
        (local.set $key (i32.shl (local.get $key) (i32.const 2)))
        (local.set $left (i32.load $keys (i32.add (local.get $keyLengths) (local.get $key))))
        (local.set $from (i32.load $keys (i32.add (local.get $keyOffsets) (local.get $key))))
        (i32.store $log offset=4 (local.get $frame) (i32.or (local.get $left) (i32.shl (local.get $source) (i32.const 16))))
        (i64.store $log offset=8 (local.get $frame)
          (i64.load $columns (i32.add (local.get $intendedAtNs) (i32.shl (local.get $row) (i32.const 1)))))
        (i32.store $log offset=16 (local.get $frame)
          (i32.load $columns (i32.add (local.get $keyCounter) (local.get $row))))

        (local.set $to (i32.add (local.get $frame) (i32.const 24)))
        (block $keyDone
          (loop $by8
            (br_if $keyDone (i32.le_s (local.get $left) (i32.const 0)))
            (i64.store $log (local.get $to) (i64.load $keys (local.get $from)))
            (local.set $to (i32.add (local.get $to) (i32.const 8)))
            (local.set $from (i32.add (local.get $from) (i32.const 8)))
            (local.set $left (i32.sub (local.get $left) (i32.const 8)))
            (br $by8)))

        (local.set $length (i32.load $payloads (i32.add (local.get $payloadLengths) (local.get $payload))))
        (local.set $from (i32.load $payloads (i32.add (local.get $payloadOffsets) (local.get $payload))))
        (i32.store $log (local.get $frame) (i32.add (i32.sub (local.get $to) (local.get $frame)) (local.get $length)))
        (local.set $left (i32.and (i32.add (local.get $length) (i32.const 7)) (i32.const -8)))
        (local.set $frame (i32.add (local.get $to) (local.get $left)))
        (block $under64
          (loop $by64
            (br_if $under64 (i32.lt_u (local.get $left) (i32.const 64)))
            (v128.store $log (local.get $to) (v128.load $payloads (local.get $from)))
            (v128.store $log offset=16 (local.get $to) (v128.load $payloads offset=16 (local.get $from)))
            (v128.store $log offset=32 (local.get $to) (v128.load $payloads offset=32 (local.get $from)))
            (v128.store $log offset=48 (local.get $to) (v128.load $payloads offset=48 (local.get $from)))
            (local.set $to (i32.add (local.get $to) (i32.const 64)))
            (local.set $from (i32.add (local.get $from) (i32.const 64)))
            (local.set $left (i32.sub (local.get $left) (i32.const 64)))
            (br $by64)))
        (if (i32.and (local.get $left) (i32.const 32))
          (then
            (v128.store $log (local.get $to) (v128.load $payloads (local.get $from)))
            (v128.store $log offset=16 (local.get $to) (v128.load $payloads offset=16 (local.get $from)))
            (local.set $to (i32.add (local.get $to) (i32.const 32)))
            (local.set $from (i32.add (local.get $from) (i32.const 32)))))
        (if (i32.and (local.get $left) (i32.const 16))
          (then
            (v128.store $log (local.get $to) (v128.load $payloads (local.get $from)))
            (local.set $to (i32.add (local.get $to) (i32.const 16)))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))))
        (if (i32.and (local.get $left) (i32.const 8))
          (then (i64.store $log (local.get $to) (i64.load $payloads (local.get $from)))))
        (br $next)))
    (local.get $frame)))
