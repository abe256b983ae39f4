#ifndef CHAINWALK_CEDIT_H
#define CHAINWALK_CEDIT_H

#include "CTerminal.h"

/* libedit's el_init, el_set and history are variadic or take C callbacks, which Swift cannot call: one function a use.
   All strings are in the locale's encoding, which is UTF-8 after cedit_open. */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cedit cedit;

/* What one call of cedit_read ended with. */
enum cedit_event {
  CEDIT_LINE,        /* a line, without its end */
  CEDIT_PASTE,       /* several lines pasted at once */
  CEDIT_INTERRUPT,   /* Ctrl-C */
  CEDIT_END,         /* Ctrl-D on an empty line, or the terminal is gone */
};

/* Candidates for the word at `start` of `line`, a newline after each; the caller of the callback frees it with free.
   NULL for none. */
typedef char *(*cedit_complete)(void *context, const char *line, int cursor, int *start);

/* Opens an editor on the terminal; `history_file` may be NULL. NULL where it cannot be had. */
cedit *cedit_open(const char *program, const char *history_file, int is_vi, cedit_complete complete, void *context);
void cedit_close(cedit *editor);

/* Called while a line is edited and the window has got another size or the program goes on after a stop: draws what
   is around the line, and leaves the cursor where the prompt begins. */
typedef void (*cedit_redraw)(void *context);

/* Reads a line with editing; `typed` stands in it already as if it had been typed. *text is valid until the next
   call. Signals that end the program end the line: CEDIT_END. */
enum cedit_event cedit_read(cedit *editor, const char *prompt, const char *typed, cedit_redraw redraw,
                            const char **text);

/* Remembers a line, in memory and in the history file. */
void cedit_remember(cedit *editor, const char *line);

#ifdef __cplusplus
}
#endif

#endif
