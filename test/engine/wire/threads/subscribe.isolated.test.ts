/** Subscriptions on two connection threads. */
import './two-threads.ts';
import '../subscribe.test.ts';
