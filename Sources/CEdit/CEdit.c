#include "CEdit.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

struct cedit {
  EditLine *line;
  History *history;
  char *history_file;
  const char *prompt;
  cedit_complete complete;
  void *context;
  int interrupted;
  char *paste;      /* what a paste of several lines held */
  char *text;       /* the line last read */
  cedit_redraw redraw;
  int is_vi;
};

enum { HISTORY_SIZE = 1000 };

static cedit *editor_of(EditLine *line) {
  void *editor = NULL;
  el_get(line, EL_CLIENTDATA, &editor);
  return editor;
}

static char *prompt(EditLine *line) {
  cedit *editor = editor_of(line);
  return (char *)(editor && editor->prompt ? editor->prompt : "");
}

static unsigned char interrupt(EditLine *line, int key) {
  (void)key;
  cedit *editor = editor_of(line);
  if (!editor) return CC_ERROR;
  editor->interrupted = 1;
  return CC_NEWLINE;
}

/* With signals from keys switched off while editing, Ctrl-Z stops the program by its own hand. */
static unsigned char suspend(EditLine *line, int key) {
  (void)line;
  (void)key;
  cterm_suspend();
  return CC_REDISPLAY;
}

/* What signals have left to do while a line is edited; 0 where the line must end. */
static int attend(EditLine *line) {
  cedit *editor = editor_of(line);
  int events = cterm_events();
  if (cterm_ending_signal()) return 0;
  if (events & (CTERM_RESIZED | CTERM_CONTINUED)) {
    el_resize(line);
    if (editor && editor->redraw) editor->redraw(editor->context);
    el_set(line, EL_REFRESH);
  }
  return 1;
}

/* The next byte from the terminal within so many milliseconds, or however long it takes for -1; 1, or 0 where none
   comes. */
static int byte_within(EditLine *line, int milliseconds, unsigned char *byte) {
  for (;;) {
    /* Its event may have been seen by whoever waited before. */
    if (cterm_ending_signal()) return 0;
    struct pollfd waits[2] = {{STDIN_FILENO, POLLIN, 0}, {cterm_descriptor(), POLLIN, 0}};
    int ready = poll(waits, 2, milliseconds);
    if (ready == 0) return 0;
    if (ready < 0) {
      if (errno != EINTR) return 0;
      continue;
    }
    if (waits[1].revents & POLLIN && !attend(line)) return 0;
    if (!(waits[0].revents & (POLLIN | POLLHUP | POLLERR))) continue;
    ssize_t count = read(STDIN_FILENO, byte, 1);
    if (count == 1) return 1;
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    return 0;
  }
}

/* The next byte from the terminal; 1, or 0 at its end. */
static int next_byte(EditLine *line, unsigned char *byte) { return byte_within(line, -1, byte); }

/* The next character, of UTF-8; what is none is passed over. */
static int next_character(EditLine *line, wchar_t *character) {
  unsigned char byte;
  while (next_byte(line, &byte)) {
    if (byte < 0x80) {
      *character = byte;
      return 1;
    }
    int more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0;
    wchar_t value = byte & (0x3f >> more);
    while (more > 0 && next_byte(line, &byte) && (byte & 0xc0) == 0x80) {
      value = value << 6 | (byte & 0x3f);
      more--;
    }
    if (more == 0 && value >= 0x80) {
      *character = value;
      return 1;
    }
  }
  return 0;
}

/* A terminal puts pasted text between ESC [ 200 ~ and ESC [ 201 ~ once it has been asked to. */
static unsigned char paste(EditLine *line, int key) {
  (void)key;
  static const char end[] = "\033[201~";
  cedit *editor = editor_of(line);
  size_t length = 0, room = 256;
  char *text = malloc(room);
  unsigned char c;
  if (!editor || !text) {
    free(text);
    return CC_ERROR;
  }
  /* Over a slow line it comes in pieces; without its end it ends when no more comes. */
  while (byte_within(line, 3000, &c)) {
    if (c == 0) continue;
    if (length + 2 > room) {
      char *more = realloc(text, room * 2);
      if (!more) break;
      text = more;
      room *= 2;
    }
    text[length++] = c == '\r' ? '\n' : (char)c;
    text[length] = 0;
    if (length >= sizeof end - 1 && strcmp(text + length - (sizeof end - 1), end) == 0) {
      length -= sizeof end - 1;
      text[length] = 0;
      break;
    }
  }
  while (length > 0 && text[length - 1] == '\n' && memchr(text, '\n', length - 1) == NULL) text[--length] = 0;
  if (length > 0 && memchr(text, '\n', length)) {
    free(editor->paste);
    editor->paste = text;
    return CC_NEWLINE;
  }
  if (length > 0) el_insertstr(line, text);
  free(text);
  /* In vi's keys the bracket's ESC has left insert mode. */
  if (editor->is_vi) el_push(line, "a");
  return CC_REFRESH;
}

/* The bytes that all candidates begin with. */
static size_t common_length(char **candidates, size_t count) {
  size_t length = strlen(candidates[0]);
  for (size_t i = 1; i < count; i++) {
    size_t same = 0;
    while (same < length && candidates[i][same] == candidates[0][same]) same++;
    length = same;
  }
  /* Never in the middle of a character. */
  while (length > 0 && ((unsigned char)candidates[0][length] & 0xc0) == 0x80) length--;
  return length;
}

/* Candidates in columns below the line; of paths, what follows the last slash. */
static void list(EditLine *line, char **candidates, size_t count) {
  int width = 80, rows = 24;
  el_get(line, EL_GETTC, "co", &width, (void *)0);
  el_get(line, EL_GETTC, "li", &rows, (void *)0);
  size_t widest = 1;
  for (size_t i = 0; i < count; i++) {
    char *slash = strrchr(candidates[i], '/');
    if (slash && slash[1]) candidates[i] = slash + 1;
    size_t length = strlen(candidates[i]);
    if (length > widest) widest = length;
  }
  size_t columns = (size_t)width > widest + 2 ? (size_t)width / (widest + 2) : 1;
  size_t lines = (count + columns - 1) / columns;
  size_t most = rows > 4 ? (size_t)rows - 3 : 1;
  fputc('\n', stdout);
  for (size_t row = 0; row < lines && row < most; row++) {
    for (size_t i = row; i < count; i += lines) {
      int is_last = i + lines >= count;
      fprintf(stdout, "%-*s%s", is_last ? 0 : (int)widest, candidates[i], is_last ? "\n" : "  ");
    }
  }
  if (lines > most) fprintf(stdout, "...\n");
  fflush(stdout);
}

static unsigned char complete(EditLine *line, int key) {
  (void)key;
  cedit *editor = editor_of(line);
  const LineInfo *info = el_line(line);
  if (!editor || !editor->complete) return CC_ERROR;
  size_t length = (size_t)(info->lastchar - info->buffer);
  int cursor = (int)(info->cursor - info->buffer), start = cursor;
  char *copy = malloc(length + 1);
  if (!copy) return CC_ERROR;
  memcpy(copy, info->buffer, length);
  copy[length] = 0;
  char *answer = editor->complete(editor->context, copy, cursor, &start);
  free(copy);
  if (!answer) return CC_ERROR;

  size_t count = 0;
  for (const char *p = answer; *p; p++) count += *p == '\n';
  char **candidates = calloc(count + 1, sizeof *candidates);
  if (!candidates || count == 0 || start < 0 || start > cursor) {
    free(candidates);
    free(answer);
    return CC_ERROR;
  }
  size_t found = 0;
  for (char *p = strtok(answer, "\n"); p && found < count; p = strtok(NULL, "\n")) candidates[found++] = p;
  size_t typed = (size_t)(cursor - start), common = found ? common_length(candidates, found) : 0;
  unsigned char result = CC_ERROR;
  if (found && (common > typed || found == 1)) {
    char *insertion = strndup(candidates[0] + (typed < common ? typed : common), common - (typed < common ? typed : common));
    if (insertion && *insertion) el_insertstr(line, insertion);
    if (found == 1 && common > 0 && !strchr("/=", candidates[0][common - 1])) el_insertstr(line, " ");
    free(insertion);
    result = CC_REFRESH;
  } else if (found > 1) {
    list(line, candidates, found);
    result = CC_REDISPLAY;
  }
  free(candidates);
  free(answer);
  return result;
}

cedit *cedit_open(const char *program, const char *history_file, int is_vi, cedit_complete callback, void *context) {
  setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) setlocale(LC_CTYPE, "C.UTF-8");
  cedit *editor = calloc(1, sizeof *editor);
  if (!editor) return NULL;
  editor->line = el_init(program, stdin, stdout, stderr);
  editor->history = history_init();
  if (!editor->line || !editor->history) {
    cedit_close(editor);
    return NULL;
  }
  editor->complete = callback;
  editor->is_vi = is_vi;
  editor->context = context;
  HistEvent event;
  history(editor->history, &event, H_SETSIZE, HISTORY_SIZE);
  history(editor->history, &event, H_SETUNIQUE, 1);
  if (history_file) {
    editor->history_file = strdup(history_file);
    history(editor->history, &event, H_LOAD, history_file);
  }
  el_set(editor->line, EL_CLIENTDATA, editor);
  el_set(editor->line, EL_PROMPT, prompt);
  el_set(editor->line, EL_EDITOR, is_vi ? "vi" : "emacs");
  el_set(editor->line, EL_HIST, history, editor->history);
  el_set(editor->line, EL_ADDFN, "cw-complete", "complete the word", complete);
  el_set(editor->line, EL_ADDFN, "cw-interrupt", "give up the line", interrupt);
  el_set(editor->line, EL_ADDFN, "cw-suspend", "stop the program", suspend);
  el_set(editor->line, EL_ADDFN, "cw-paste", "take pasted text whole", paste);
  el_set(editor->line, EL_GETCFN, next_character);
  el_source(editor->line, NULL);
  /* ~/.editrc may have chosen other keys. */
  const char *keys = NULL;
  if (el_get(editor->line, EL_EDITOR, &keys) == 0 && keys) editor->is_vi = strcmp(keys, "vi") == 0;
  el_set(editor->line, EL_BIND, "^I", "cw-complete", NULL);
  el_set(editor->line, EL_BIND, "^C", "cw-interrupt", NULL);
  el_set(editor->line, EL_BIND, "^Z", "cw-suspend", NULL);
  el_set(editor->line, EL_BIND, "^R", "em-inc-search-prev", NULL);
  if (editor->is_vi) {
    /* The map of vi's commands: ESC has led there before the rest of the bracket comes. */
    el_set(editor->line, EL_BIND, "-a", "^C", "cw-interrupt", NULL);
    el_set(editor->line, EL_BIND, "-a", "^Z", "cw-suspend", NULL);
    el_set(editor->line, EL_BIND, "-a", "[200~", "cw-paste", NULL);
  } else {
    el_set(editor->line, EL_BIND, "\033[200~", "cw-paste", NULL);
  }
  /* While a line is edited these keys are commands, not signals. */
  el_set(editor->line, EL_SETTY, "-d", "-isig", NULL);
  return editor;
}

void cedit_close(cedit *editor) {
  if (!editor) return;
  if (editor->line) el_end(editor->line);
  if (editor->history) history_end(editor->history);
  free(editor->history_file);
  free(editor->paste);
  free(editor->text);
  free(editor);
}

enum cedit_event cedit_read(cedit *editor, const char *prompt, const char *typed, cedit_redraw redraw,
                            const char **text) {
  int count = 0;
  *text = "";
  editor->prompt = prompt;
  editor->redraw = redraw;
  editor->interrupted = 0;
  free(editor->paste);
  editor->paste = NULL;
  if (*typed) el_push(editor->line, typed);
  cterm_paste_brackets(1);
  const char *line = el_gets(editor->line, &count);
  cterm_paste_brackets(0);
  editor->redraw = NULL;
  editor->prompt = NULL;
  if (editor->interrupted || editor->paste) {
    /* Only libedit's own newline command moves on to the next row. */
    fputc('\n', stdout);
    fflush(stdout);
  }
  if (editor->interrupted) {
    el_reset(editor->line);
    return CEDIT_INTERRUPT;
  }
  if (editor->paste) {
    *text = editor->paste;
    return CEDIT_PASTE;
  }
  if (!line || count <= 0) return CEDIT_END;
  free(editor->text);
  editor->text = strdup(line);
  if (!editor->text) return CEDIT_END;
  editor->text[strcspn(editor->text, "\n")] = 0;
  *text = editor->text;
  return CEDIT_LINE;
}

void cedit_remember(cedit *editor, const char *line) {
  HistEvent event;
  history(editor->history, &event, H_ENTER, line);
  if (editor->history_file) history(editor->history, &event, H_SAVE, editor->history_file);
}
