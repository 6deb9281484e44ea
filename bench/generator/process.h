/* What the kernel has counted for the server's process: CPU time and resident memory. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* User and system time of all threads, from /proc/<pid>/stat, in steps of one clock tick; 0 without pid. */
uint64_t process_cpu_ns(pid_t pid);

/* Resident memory in KiB, from /proc/<pid>/status; 0 without pid. */
uint64_t process_rss_kib(pid_t pid);

#endif
