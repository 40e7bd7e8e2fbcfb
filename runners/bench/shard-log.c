/*
 * The work of one shard in C. Its rate is the limit of the machine, with which the benchmark compares the shard log.
 *
 * A producer thread claims a batch of frames in a 128 MiB ring with one atomic add, fills each frame (key length, time,
 * check word, payload), and releases it with a store of its number. A consumer thread acquires frame after frame, sums
 * check words and first payload bytes, and publishes its position every 256 frames. The producer never overtakes it.
 *
 *   cc -O2 -pthread shard-log.c -o shard-log && ./shard-log PAYLOAD_BYTES RECORDS BATCH
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct frame {
  _Atomic int32_t number; /* 0 until the first release, then the number of its record plus 1 */
  int32_t key_bytes;
  double intended_at;
  int32_t check;
  int32_t spare;
  char payload[];
};

enum { RING = 128 << 20, LINE_PAIR = 128, PAGE = 4096, REPORT_MASK = 255, CHECK = 77, FILL = 7, LARGEST = 1 << 20 };

struct shared {
  _Alignas(LINE_PAIR) _Atomic int64_t claimed;
  _Alignas(LINE_PAIR) _Atomic int64_t read;
  _Alignas(LINE_PAIR) int64_t sum;
  _Alignas(LINE_PAIR) char *ring;
  int64_t payload_bytes, frame_bytes, frames, records, batch;
};

static struct shared log_;

static inline struct frame *frame_of(int64_t number) {
  return (struct frame *)(log_.ring + (number % log_.frames) * log_.frame_bytes);
}

static void *producer(void *nothing) {
  static char payload[LARGEST];
  memset(payload, FILL, sizeof payload);
  int64_t known_read = 0;
  for (int64_t done = 0; done < log_.records;) {
    int64_t count = log_.records - done < log_.batch ? log_.records - done : log_.batch;
    while (done + count - known_read > log_.frames) known_read = atomic_load(&log_.read);
    int64_t number = atomic_fetch_add(&log_.claimed, count);
    for (int64_t end = number + count; number < end; number++) {
      struct frame *frame = frame_of(number);
      frame->key_bytes = 5;
      frame->intended_at = 0;
      frame->check = CHECK;
      memcpy(frame->payload, payload, log_.payload_bytes);
      atomic_store_explicit(&frame->number, (int32_t)(number + 1), memory_order_release);
    }
    done += count;
  }
  return nothing;
}

static void *consumer(void *nothing) {
  for (int64_t number = 0; number < log_.records; number++) {
    struct frame *frame = frame_of(number);
    while (atomic_load_explicit(&frame->number, memory_order_acquire) != (int32_t)(number + 1)) {}
    log_.sum += frame->check + frame->payload[0];
    if ((number & REPORT_MASK) == 0) atomic_store(&log_.read, number);
  }
  return nothing;
}

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main(int count, char **arguments) {
  log_.payload_bytes = count == 4 ? atol(arguments[1]) : 0;
  log_.records = count == 4 ? atol(arguments[2]) : 0;
  log_.batch = count == 4 ? atol(arguments[3]) : 0;
  int64_t header = offsetof(struct frame, payload);
  log_.frame_bytes = (header + log_.payload_bytes + 7) & ~(int64_t)7;
  log_.frames = RING / log_.frame_bytes;
  if (log_.payload_bytes < 1 || log_.payload_bytes > LARGEST || log_.records < 1 || log_.batch < 1 || log_.batch > log_.frames) {
    fprintf(stderr, "usage: shard-log PAYLOAD_BYTES RECORDS BATCH. The payload has 1 B to 1 MiB, and a batch must fit into 128 MiB.\n");
    return 2;
  }
  log_.ring = calloc(1, RING);
  if (log_.ring == NULL) return 2;
  for (int64_t page = 0; page < RING; page += PAGE) ((volatile char *)log_.ring)[page] = 0;
  pthread_t threads[2];
  double start = now_s();
  pthread_create(&threads[0], NULL, producer, NULL);
  pthread_create(&threads[1], NULL, consumer, NULL);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  double seconds = now_s() - start;
  if (log_.sum != log_.records * (CHECK + FILL)) {
    fprintf(stderr, "shard-log: the sum must be %lld, got %lld\n", (long long)(log_.records * (CHECK + FILL)), (long long)log_.sum);
    return 1;
  }
  printf("{\"payloadBytes\":%lld,\"batch\":%lld,\"recordsPerSecond\":%.0f,\"bytesPerSecond\":%.0f}\n",
         (long long)log_.payload_bytes, (long long)log_.batch, log_.records / seconds,
         log_.records / seconds * log_.payload_bytes);
  return 0;
}
