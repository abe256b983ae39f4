/// One step as values to draw: what a session shows, in the reader's words, without any layout.
package struct StepScreen: Sendable {
  /// A packet's bytes and what is to be told apart among them. Ranges count from the first byte.
  package struct Dump: Sendable {
    package var bytes: [UInt8] = []
    /// The bytes at hand.
    package var current: [Range<Int>] = []
    /// What earlier steps have decoded.
    package var decoded: [Range<Int>] = []
    /// What earlier comparisons of the same rule have read.
    package var read: [Range<Int>] = []
    /// Changed since the step before.
    package var changed: [Range<Int>] = []
    /// Edited out: never shown.
    package var edited: [Range<Int>] = []
    /// Not given by the capture.
    package var unknown: [Range<Int>] = []

    package init(bytes: [UInt8] = []) { self.bytes = bytes }
  }

  /// A header, to be drawn in rows of 32 bits as its RFC does.
  package struct Header: Sendable {
    package enum Mark: Sendable, Hashable { case none, decoded, current, read }

    /// One bit with a name of its own, within a field.
    package struct Flag: Sendable, Hashable {
      package var letter: String
      /// From the header's first bit.
      package var bit: Int
      package var isSet: Bool

      package init(letter: String, bit: Int, isSet: Bool) {
        self.letter = letter
        self.bit = bit
        self.isSet = isSet
      }
    }

    package struct Field: Sendable, Hashable {
      package var name: String
      /// For cells that are too narrow for the name.
      package var short: String?
      /// From the header's first bit.
      package var bits: Range<Int>
      /// `nil` where it is not to be seen yet.
      package var value: String?
      package var mark = Mark.none
      package var isChanged = false
      package var flags: [Flag] = []

      package init(name: String, bits: Range<Int>, value: String?) {
        self.name = name
        self.bits = bits
        self.value = value
      }
    }

    package var title: String
    /// Bytes before it in the packet.
    package var offset: Int
    package var fields: [Field]

    package init(title: String, offset: Int, fields: [Field]) {
      self.title = title
      self.offset = offset
      self.fields = fields
    }
  }

  /// A chain's rules with the place. The rules' text is made when it is drawn, since a chain may have thousands.
  package struct Chain: Sendable {
    package var title: String
    package var count: Int
    /// A rule's text, by its index from 0.
    package var text: @Sendable (Int) -> String
    /// `policy ACCEPT`; `nil` for a user-defined chain.
    package var policy: String?
    /// From 1; the number after the last rule for the chain's end. `nil` for none.
    package var current: Int?
    /// Rules that the packet has met before, by number, and whether they fired.
    package var met: [Int: Bool] = [:]
    /// The rule that was met last before this step.
    package var latest: Int?

    package init(title: String, count: Int, policy: String?, text: @escaping @Sendable (Int) -> String) {
      self.title = title
      self.count = count
      self.policy = policy
      self.text = text
    }
  }

  /// The connection's entry, as `conntrack -L` prints it.
  package struct Connection: Sendable, Hashable {
    package var title: String
    package var words: [String]
    /// Which of the words the last step has changed.
    package var changed: Set<Int> = []

    package init(title: String, words: [String]) {
      self.title = title
      self.words = words
    }
  }

  /// A paragraph of what the tutor says.
  package struct Paragraph: Sendable, Hashable {
    package var text: String
    package var style: Style
    package var indent: Int
    /// Laid out already: cut, not wrapped.
    package var isFixed: Bool
    /// Columns that lines after the first are indented by, where there is more than one.
    package var hanging = 5
    /// What stands in its place on screens narrower than `TextLayout.width`.
    package var narrow: [String]?

    package init(_ text: String, _ style: Style, indent: Int = 0, isFixed: Bool = false) {
      self.text = text
      self.style = style
      self.indent = indent
      self.isFixed = isFixed
    }
  }

  /// Where the session stands, the fullest wording first: the first that fits is shown.
  package var headings: [String] = []
  package var dump: Dump?
  /// The packet's headers from the outside in.
  package var headers: [Header] = []
  /// Which of them is at hand.
  package var headerAtHand = 0
  package var header: Header? { headers.indices.contains(headerAtHand) ? headers[headerAtHand] : nil }
  package var chain: Chain?
  package var connection: Connection?
  package var text: [Paragraph] = []
  /// The first paragraph of what was said last, where others that were said before stand above it.
  package var fresh: Int?
  /// Keys that matter now, the fullest first: the first that fits is shown.
  package var keys: [String] = []
  package var bytesTitle = ""
  package var textTitle = ""
  package var fieldsTitle = ""
  /// A question is open: its text comes before everything else.
  package var isAsking = false
  /// What stands where text goes on below.
  package var more = ""

  package init() {}
}
