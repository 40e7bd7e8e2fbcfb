/*
 * The work of put-to-get-parked in C, with nothing but the kernel between the two threads: the share of its latency that is the
 * machine's.
 *
 * A producer thread spins until each record is due and stores its due time into a ring; if the consumer sleeps, it wakes it
 * with a futex. A consumer thread reads what is there, records the time since each record was due, and sleeps in
 * the futex otherwise. Both threads do what the doorbell of the engine does, in the same order.
 *
 *   cc -O2 -pthread parked.c -o parked && ./parked RECORDS_PER_SECOND WARM_UP_SECONDS SECONDS
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { LINE_PAIR = 128 };

struct shared {
  _Alignas(LINE_PAIR) _Atomic int64_t published;
  _Alignas(LINE_PAIR) _Atomic int32_t sleepers;
  _Alignas(LINE_PAIR) _Atomic int32_t rings;
  _Alignas(LINE_PAIR) int64_t records;
  int64_t interval_ns, start_ns;
  _Atomic int64_t *due_ns; /* by record; the ring is as long as the run */
  int64_t *latency_ns, *lateness_ns;
};

static struct shared shared;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void futex_wait(_Atomic int32_t *word, int32_t expected) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

static void futex_wake(_Atomic int32_t *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0); }

static void *producer(void *nothing) {
  for (int64_t i = 0; i < shared.records; i++) {
    int64_t due_ns = shared.start_ns + i * shared.interval_ns;
    int64_t at_ns;
    while ((at_ns = now_ns()) < due_ns) {}
    shared.lateness_ns[i] = at_ns - due_ns;
    atomic_store_explicit(&shared.due_ns[i], due_ns, memory_order_relaxed);
    atomic_store(&shared.published, i + 1);
    if (atomic_load(&shared.sleepers) == 0) continue;
    atomic_fetch_add(&shared.rings, 1);
    futex_wake(&shared.rings);
  }
  return nothing;
}

static void *consumer(void *nothing) {
  for (int64_t received = 0; received < shared.records;) {
    if (received < atomic_load(&shared.published)) {
      int64_t due_ns = atomic_load_explicit(&shared.due_ns[received], memory_order_relaxed);
      shared.latency_ns[received] = now_ns() - due_ns;
      received++;
      continue;
    }
    atomic_fetch_add(&shared.sleepers, 1);
    int32_t rings = atomic_load(&shared.rings);
    if (received >= atomic_load(&shared.published)) futex_wait(&shared.rings, rings);
    atomic_fetch_sub(&shared.sleepers, 1);
  }
  return nothing;
}

static int ascending(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

static void sort(int64_t *times_ns, int64_t count) { qsort(times_ns, count, sizeof *times_ns, ascending); }

int main(int count, char **arguments) {
  int64_t per_second = count == 4 ? atol(arguments[1]) : 0;
  int64_t warm_up_seconds = count == 4 ? atol(arguments[2]) : -1;
  int64_t seconds = count == 4 ? atol(arguments[3]) : 0;
  if (per_second < 1 || per_second > 1000000 || warm_up_seconds < 0 || warm_up_seconds > 60 || seconds < 1 || seconds > 60) {
    fprintf(stderr, "usage: parked RECORDS_PER_SECOND WARM_UP_SECONDS SECONDS. At most 1000000 records a second, and 60 seconds each.\n");
    return 2;
  }
  int64_t skipped = per_second * warm_up_seconds, counted = per_second * seconds;
  shared.records = skipped + counted;
  shared.interval_ns = 1000000000LL / per_second;
  shared.due_ns = calloc(shared.records, sizeof *shared.due_ns);
  shared.latency_ns = calloc(shared.records, sizeof *shared.latency_ns);
  shared.lateness_ns = calloc(shared.records, sizeof *shared.lateness_ns);
  if (shared.due_ns == NULL || shared.latency_ns == NULL || shared.lateness_ns == NULL) return 2;
  /* Touched now, so that no page fault is part of a latency. */
  for (int64_t i = 0; i < shared.records; i++) shared.latency_ns[i] = shared.lateness_ns[i] = shared.due_ns[i] = 1;
  shared.start_ns = now_ns() + 10000000;
  pthread_t threads[2];
  pthread_create(&threads[0], NULL, consumer, NULL);
  pthread_create(&threads[1], NULL, producer, NULL);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  int64_t *latency_ns = shared.latency_ns + skipped, *lateness_ns = shared.lateness_ns + skipped;
  sort(latency_ns, counted);
  sort(lateness_ns, counted);
  int64_t p50 = counted / 2, p99 = counted * 99 / 100, p999 = counted * 999 / 1000;
  printf("{\"p50Us\":%.1f,\"p99Us\":%.1f,\"p999Us\":%.1f,\"producerP99Us\":%.1f}\n", latency_ns[p50] / 1e3, latency_ns[p99] / 1e3,
         latency_ns[p999] / 1e3, lateness_ns[p99] / 1e3);
  return 0;
}
