#ifndef CHAINWALK_CTERMINAL_H
#define CHAINWALK_CTERMINAL_H

/* The terminal's modes, and the signals that end, stop or resize what runs in it. They are one thing: whatever happens,
   the terminal is given back as it was found. The handlers call nothing but async-signal-safe functions. */

#ifdef __cplusplus
extern "C" {
#endif

/* What has happened since it was last asked: see cterm_events. */
enum cterm_event {
  CTERM_RESIZED = 1,    /* SIGWINCH */
  CTERM_CONTINUED = 2,  /* SIGCONT: the screen holds what others have written */
  CTERM_ENDING = 4,     /* SIGHUP, SIGTERM or SIGQUIT: save and leave */
  CTERM_INTERRUPTED = 8 /* SIGINT; Ctrl-C is one only while something is worked out */
};

/* Notes how the terminal on standard input is set, and handles signals from now on. Once is enough. */
void cterm_watch(void);

/* Keys as they are pressed, without Enter, echo or signals; or lines again. 0 where there is no terminal. */
int cterm_raw(int wanted);
/* Takes the whole screen, keys as they are pressed. 0 where there is no terminal. */
int cterm_enter(void);
/* Gives the screen back. */
void cterm_leave(void);
/* Whether it is taken. */
int cterm_has_screen(void);
/* Everything as it was found: also run at exit and by fatal signals. */
void cterm_restore(void);

/* Work begins or ends: while it lasts, Ctrl-C is a signal and no key that waits to be read. */
void cterm_work(int begins);
/* Whether somebody wants the work to end: Ctrl-C, or a signal that ends the program. */
int cterm_work_unwanted(void);

/* Whether the screen holds no longer what was drawn: it has another size, or others have written. */
int cterm_work_disturbed(void);

/* Asks for pasted text to come in brackets, or no more. */
void cterm_paste_brackets(int wanted);

/* Stops the program as Ctrl-Z does, the terminal given back meanwhile. */
void cterm_suspend(void);

/* A descriptor that can be read from when an event waits. */
int cterm_descriptor(void);
/* The events since the last call. */
int cterm_events(void);
/* The signal behind CTERM_ENDING, 0 for none. */
int cterm_ending_signal(void);
/* Ends the program as the signal would have, the terminal restored. */
void cterm_die(int signal);

#ifdef __cplusplus
}
#endif

#endif
