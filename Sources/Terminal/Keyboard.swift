import CEdit
import Glibc

/// A key, or something else that a program waiting for keys must attend to.
package enum Key: Sendable, Hashable {
  case character(Character)
  case enter, tab, escape, backspace
  case left, right, up, down, pageUp, pageDown, home, end
  case control(Character)
  /// Pasted text, whole.
  case paste(String)
  /// Several characters at once, faster than anybody types: from a program, or pasted without brackets.
  case burst(String)
  /// The window has another size, or the program goes on after a stop.
  case redraw
  case timeout
  /// A key without a meaning here, or a report that nobody asked for: the mouse, the focus, an answer to a question.
  case unknown
  /// No more keys: the terminal is gone, or a signal asks the program to leave.
  case closed
}

/// Turns what a terminal sends into keys (ECMA-48 control sequences as xterm and its like use them).
package struct KeyParser: Sendable {
  private var pending: [UInt8] = []
  /// Where in `pending` the end of a paste has not been looked for yet.
  private var searched = 0

  package init() {}

  /// Takes bytes in.
  package mutating func feed(_ bytes: some Sequence<UInt8>) { pending += bytes }

  /// Whether more bytes may complete what is there.
  package var isInMidst: Bool { !pending.isEmpty }

  /// Whether they are those of a paste.
  package var isInPaste: Bool { pending.starts(with: Self.pasteBegins) }

  /// What has been typed ahead, given up to somebody else who reads.
  package mutating func takeRest() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  private static let pasteBegins = Array("\u{1b}[200~".utf8)
  private static let pasteEnds = Array("\u{1b}[201~".utf8)

  /// The next key; `nil` where none is complete. `isFinal`: nothing more is coming, so that an ESC is the key itself.
  package mutating func next(isFinal: Bool) -> Key? {
    guard let first = pending.first else { return nil }
    if first == 0x1b { return escape(isFinal) }
    if first < 0x20 || first == 0x7f { return control(pending.removeFirst()) }
    return text(isFinal)
  }

  private func control(_ byte: UInt8) -> Key {
    switch byte {
    case 0x0d, 0x0a: .enter
    case 0x09: .tab
    case 0x08, 0x7f: .backspace
    case 0: .control("@")
    default: .control(Character(Unicode.Scalar(byte + 0x60)))
    }
  }

  private mutating func escape(_ isFinal: Bool) -> Key? {
    if pending.starts(with: Self.pasteBegins) { return paste(isFinal) }
    guard pending.count > 1 else { return isFinal ? take(1, .escape) : nil }
    switch pending[1] {
    case 0x5b, 0x4f: break
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
      return controlString(isFinal)
    case 0x1b: return take(1, .escape)
    default: return altered(isFinal)
    }
    // Parameters, then one final byte.
    guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else {
      return isFinal || pending.count > 32 ? take(pending.count, .unknown) : nil
    }
    // The oldest report of the mouse: three bytes more.
    if pending[end] == UInt8(ascii: "M"), end == 2, pending[1] == 0x5b {
      return pending.count >= 6 || isFinal ? take(6, .unknown) : nil
    }
    let parameters = String(decoding: pending[2..<end], as: UTF8.self)
    return take(end + 1, Self.key(pending[end], parameters))
  }

  /// A string for or from the terminal (ECMA-48 section 5.6): up to ST, or BEL as xterm ends it.
  private mutating func controlString(_ isFinal: Bool) -> Key? {
    let body = pending.dropFirst(2)
    if let end = body.firstIndex(where: { $0 == 0x07 || $0 == 0x1b }) {
      let isWhole = pending[end] == 0x07 || end + 1 < pending.count
      guard isWhole || isFinal else { return nil }
      return take(pending[end] == 0x07 ? end + 1 : end + 2, .unknown)
    }
    // Alt and the key itself, where nothing follows.
    return isFinal || pending.count > 4096 ? take(pending.count, .unknown) : nil
  }

  /// A key pressed together with Alt.
  private mutating func altered(_ isFinal: Bool) -> Key? {
    let first = pending[1]
    let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1
    guard pending.count > length || isFinal else { return nil }
    return take(1 + length, .unknown)
  }

  private mutating func take(_ count: Int, _ key: Key?) -> Key? {
    pending.removeFirst(min(count, pending.count))
    searched = 0
    return key ?? .unknown
  }

  private static func key(_ final: UInt8, _ parameters: String) -> Key? {
    switch final {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "C"): return .right
    case UInt8(ascii: "D"): return .left
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "~"):
      switch parameters.prefix(while: { $0 != ";" }) {
      case "1", "7": return .home
      case "4", "8": return .end
      case "5": return .pageUp
      case "6": return .pageDown
      default: return nil
      }
    default: return nil
    }
  }

  private mutating func paste(_ isFinal: Bool) -> Key? {
    let start = Self.pasteBegins.count
    var end = max(start, searched)
    while end + Self.pasteEnds.count <= pending.count {
      if pending[end...].starts(with: Self.pasteEnds) {
        let text = pending[start..<end].map { $0 == 0x0d ? 0x0a : $0 }
        return take(end + Self.pasteEnds.count, .paste(String(decoding: text, as: UTF8.self)))
      }
      end += 1
    }
    searched = end
    guard isFinal else { return nil }
    let text = pending[start...].map { $0 == 0x0d ? 0x0a : $0 }
    return take(pending.count, .paste(String(decoding: text, as: UTF8.self)))
  }

  private mutating func text(_ isFinal: Bool) -> Key? {
    let run = pending.prefix { $0 >= 0x20 && $0 != 0x7f }
    // A last character that has not come whole waits for its rest.
    let text = String(decoding: run, as: UTF8.self)
    if text.hasSuffix("\u{fffd}"), run.count == pending.count, !isFinal { return nil }
    guard let first = text.first else { return nil }
    let isHeldDown = text.allSatisfy { $0 == first }
    if text.count > 1, !isHeldDown {
      // With its Enter, it is a line.
      let hasEnd = run.count < pending.count && (pending[run.count] == 0x0d || pending[run.count] == 0x0a)
      return take(run.count + (hasEnd ? 1 : 0), .burst(text + (hasEnd ? "\n" : "")))
    }
    return take(String(first).utf8.count, .character(first))
  }
}

/// The keys of the terminal on standard input, once the screen has been taken.
package struct Keyboard {
  private var parser = KeyParser()
  private var isClosed = false

  package init() {}

  /// What has been typed ahead, given up to somebody else who reads.
  package mutating func takeRest() -> String { parser.takeRest() }

  /// Whether the next key waits already, so that what the last one has changed need not be drawn.
  package var isBehind: Bool {
    // What is left of a paste may be long in coming.
    if parser.isInMidst { return !parser.isInPaste }
    var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&wait, 1, 0) > 0 && wait.revents & Int16(POLLIN) != 0
  }

  /// How long an ESC waits for the rest of a sequence, in milliseconds.
  private static let patience: Int32 = 40
  /// The same for a paste, which may come over a slow line.
  private static let patienceForPaste: Int32 = 3000

  /// The next key. Without one within `milliseconds`, `.timeout`; never where that is `nil`.
  package mutating func next(within milliseconds: Int? = nil) -> Key {
    while true {
      if let key = parser.next(isFinal: isClosed) { return key }
      if isClosed { return .closed }
      let isInMidst = parser.isInMidst
      let wait =
        isInMidst
        ? parser.isInPaste ? Self.patienceForPaste : Self.patience : milliseconds.map { Int32(clamping: $0) } ?? -1
      guard let key = read(within: wait) else { continue }
      guard key == .timeout, isInMidst else { return key }
      if let late = parser.next(isFinal: true) { return late }
    }
  }

  /// Takes in what has come; a key where something other than keys happened.
  private mutating func read(within milliseconds: Int32) -> Key? {
    // Its event may have been seen by whoever waited before.
    if cterm_ending_signal() != 0 {
      isClosed = true
      return .closed
    }
    var waits = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: cterm_descriptor(), events: Int16(POLLIN), revents: 0),
    ]
    let ready = poll(&waits, nfds_t(waits.count), milliseconds)
    if ready == 0 { return .timeout }
    if ready < 0 {
      if errno != EINTR { isClosed = true }
      return nil
    }
    if waits[1].revents != 0 {
      let events = cterm_events()
      if cterm_ending_signal() != 0 {
        isClosed = true
        return .closed
      }
      if events & Int32(CTERM_INTERRUPTED.rawValue) != 0 { return .control("c") }
      if events & Int32(CTERM_RESIZED.rawValue | CTERM_CONTINUED.rawValue) != 0 { return .redraw }
    }
    guard waits[0].revents != 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(STDIN_FILENO, &bytes, bytes.count)
    if count > 0 { parser.feed(bytes[..<count]) } else if count == 0 || errno != EINTR { isClosed = true }
    return nil
  }
}
