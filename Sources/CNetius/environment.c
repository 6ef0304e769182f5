#include "CNetius.h"

#if defined(__APPLE__)
// A dynamic library has no `environ` there.
#include <crt_externs.h>

char **netius_environment(void) { return *_NSGetEnviron(); }
#else
extern char **environ;

char **netius_environment(void) { return environ; }
#endif
