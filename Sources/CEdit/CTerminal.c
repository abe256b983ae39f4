#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Written by handlers, hence of types that are read and written whole. */
static volatile sig_atomic_t watching, full_screen, brackets, raw, ending;
static int noted;
static int wake[2] = {-1, -1};
static struct termios found;
static volatile sig_atomic_t has_found;

/* Alternate screen; cursor hidden; the cursor's keys in their normal form; a line that turns out wider than it was
   taken for is cut, not wrapped, so that the rows stay where they are. */
static const char enter_sequence[] = "\033[?1049h\033[?25l\033[?1l\033[?7l";
/* Where there is no alternate screen, what was drawn stays and the shell goes on below it. */
static const char leave_sequence[] = "\033[?2026l\033[m\033[?7h\033[999;1H\r\n\033[?25h\033[?1049l";
static const char brackets_on[] = "\033[?2004h";
static const char brackets_off[] = "\033[?2004l";

static void say(const char *text, size_t length) {
  while (length > 0) {
    ssize_t written = write(STDOUT_FILENO, text, length);
    if (written < 0) {
      if (errno == EINTR) continue;
      return;
    }
    text += written;
    length -= (size_t)written;
  }
}

static void make_raw(struct termios *mode) {
  mode->c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP | BRKINT);
  mode->c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
  mode->c_cc[VMIN] = 1;
  mode->c_cc[VTIME] = 0;
}

/* Sets the terminal's modes; a program in the background stops here until it is brought to the front. */
static void take_mode(const struct termios *mode) {
  while (tcsetattr(STDIN_FILENO, TCSANOW, mode) != 0 && errno == EINTR) {}
}

/* The same for a program that is stopping or ending, even in the background. */
static void set_mode(const struct termios *mode) {
  sigset_t output, before;
  sigemptyset(&output);
  sigaddset(&output, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &output, &before);
  tcsetattr(STDIN_FILENO, TCSANOW, mode);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void cterm_restore(void) {
  if (brackets) say(brackets_off, sizeof brackets_off - 1);
  if (full_screen) say(leave_sequence, sizeof leave_sequence - 1);
  if (has_found) set_mode(&found);
  brackets = full_screen = raw = 0;
}

static void note(int event) {
  int saved = errno;
  __atomic_fetch_or(&noted, event, __ATOMIC_SEQ_CST);
  ssize_t ignored = write(wake[1], "", 1);
  (void)ignored;
  errno = saved;
}

static void on_event(int signal) {
  if (signal == SIGWINCH) note(CTERM_RESIZED);
  else if (signal == SIGINT) note(CTERM_INTERRUPTED);
}

void cterm_die(int signal) {
  cterm_restore();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, NULL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  raise(signal);
  pthread_sigmask(SIG_UNBLOCK, &only, NULL);
  _exit(128 + signal);
}

/* The first is a wish, to be granted where the program next waits; the second is an order. */
static void on_end(int signal) {
  if (ending) cterm_die(signal);
  ending = signal;
  note(CTERM_ENDING);
}

static void on_crash(int signal) { cterm_die(signal); }

static void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, NULL);
}

/* Stops the process, or its whole group as the terminal's driver would. */
static void stop(pid_t whom) {
  int saved = errno;
  int was_full = full_screen, had_brackets = brackets, was_raw = raw;
  struct termios now;
  int has_now = tcgetattr(STDIN_FILENO, &now) == 0;
  cterm_restore();

  struct sigaction default_action, own;
  memset(&default_action, 0, sizeof default_action);
  default_action.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &default_action, &own);
  sigset_t only, before;
  sigemptyset(&only);
  sigaddset(&only, SIGTSTP);
  kill(whom, SIGTSTP);
  /* Here the program stops, and here it goes on after SIGCONT. */
  pthread_sigmask(SIG_UNBLOCK, &only, &before);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  sigaction(SIGTSTP, &own, NULL);

  if (has_now && (was_raw || had_brackets)) take_mode(&now);
  raw = was_raw;
  if (was_full) {
    full_screen = 1;
    say(enter_sequence, sizeof enter_sequence - 1);
  }
  if (had_brackets) {
    brackets = 1;
    say(brackets_on, sizeof brackets_on - 1);
  }
  note(CTERM_CONTINUED);
  errno = saved;
}

static void on_stop(int signal) {
  (void)signal;
  stop(getpid());
}

void cterm_suspend(void) { stop(0); }

void cterm_watch(void) {
  if (watching) return;
  if (pipe(wake) != 0) return;
  for (int end = 0; end < 2; end++) {
    fcntl(wake[end], F_SETFD, FD_CLOEXEC);
    fcntl(wake[end], F_SETFL, O_NONBLOCK);
  }
  watching = 1;
  has_found = tcgetattr(STDIN_FILENO, &found) == 0;
  atexit(cterm_restore);
  handle(SIGWINCH, on_event, SA_RESTART);
  handle(SIGINT, on_event, SA_RESTART);
  handle(SIGHUP, on_end, SA_RESTART);
  handle(SIGTERM, on_end, SA_RESTART);
  handle(SIGQUIT, on_end, SA_RESTART);
  handle(SIGTSTP, on_stop, SA_RESTART);
  handle(SIGPIPE, SIG_IGN, 0);
  static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS, SIGUSR1, SIGUSR2, SIGALRM,
                                SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGIO, SIGPWR, SIGSTKFLT};
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) handle(crashes[i], on_crash, SA_RESETHAND);
}

int cterm_raw(int wanted) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return 0;
  cterm_watch();
  if (!has_found) return 0;
  struct termios mode = found;
  if (wanted) make_raw(&mode);
  take_mode(&mode);
  raw = wanted;
  return 1;
}

int cterm_enter(void) {
  if (!cterm_raw(1)) return 0;
  full_screen = 1;
  say(enter_sequence, sizeof enter_sequence - 1);
  return 1;
}

void cterm_leave(void) {
  if (full_screen) say(leave_sequence, sizeof leave_sequence - 1);
  full_screen = 0;
  cterm_raw(0);
}

int cterm_has_screen(void) { return full_screen; }

void cterm_work(int begins) {
  struct termios mode;
  __atomic_fetch_and(&noted, ~CTERM_INTERRUPTED, __ATOMIC_SEQ_CST);
  if (!raw || tcgetattr(STDIN_FILENO, &mode) != 0) return;
  if (begins) mode.c_lflag |= ISIG;
  else mode.c_lflag &= ~(tcflag_t)ISIG;
  set_mode(&mode);
}

int cterm_work_unwanted(void) {
  return ending || __atomic_load_n(&noted, __ATOMIC_SEQ_CST) & CTERM_INTERRUPTED;
}

int cterm_work_disturbed(void) {
  return __atomic_load_n(&noted, __ATOMIC_SEQ_CST) & (CTERM_RESIZED | CTERM_CONTINUED);
}

void cterm_paste_brackets(int wanted) {
  /* A terminal without a name or with that one would show what it is told. */
  const char *name = getenv("TERM");
  if (!isatty(STDOUT_FILENO) || !name || !*name || strcmp(name, "dumb") == 0) return;
  cterm_watch();
  brackets = wanted;
  if (wanted) say(brackets_on, sizeof brackets_on - 1);
  else say(brackets_off, sizeof brackets_off - 1);
}

int cterm_descriptor(void) { return wake[0]; }

int cterm_events(void) {
  char drained[64];
  while (wake[0] >= 0 && read(wake[0], drained, sizeof drained) > 0) {}
  return __atomic_exchange_n(&noted, 0, __ATOMIC_SEQ_CST);
}

int cterm_ending_signal(void) { return ending; }
