#include "CNetius.h"

static _Thread_local void *current_loop;

void *netius_current_loop(void) { return current_loop; }

void netius_set_current_loop(void *loop) { current_loop = loop; }
