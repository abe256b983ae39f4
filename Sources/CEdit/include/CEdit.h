#ifndef CHAINWALK_CEDIT_H
#define CHAINWALK_CEDIT_H

// libedit's el_set, el_get and history are variadic, which Swift cannot call: one wrapper a use.

#endif
