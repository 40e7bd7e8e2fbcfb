/** Name of connection threads for the system, for example in /proc/PID/task/TID/comm. Linux shows 15 characters. */
export const CONNECTION_THREAD_NAME = 'connections';
