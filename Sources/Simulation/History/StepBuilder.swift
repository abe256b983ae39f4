import Capture
import Netfilter
import Wire

/// Makes the steps of one packet.
struct StepBuilder {
  private let record: PacketRecord
  private let packet: Int
  private var steps: [Step] = []

  init(_ record: PacketRecord, packet: Int) {
    self.record = record
    self.packet = packet
  }

  /// Capture notes, the headers field by field, then the walk and whatever it made the host send.
  func build() -> [Step] {
    var builder = self
    builder.addCaptured()
    return builder.steps
  }

  private var offset: Int { record.networkOffset ?? 0 }

  // MARK: What was captured

  private mutating func addCaptured() {
    let captured = record.captured
    let dissection = Dissection(captured)
    add(.arrival)
    for emission in record.before { add(.belated(emission)) }
    let opening: Set<Note.Kind> = [.edited, .unknown, .truncated, .malformed, .information]
    for note in dissection.notes where opening.contains(note.kind) {
      add(.note(note), current: note.bytes.map { [$0] } ?? [])
    }
    if case .confirms(let origin, let walk) = record.disposition { add(.confirms(origin: origin, walk)) }
    var decoded: [Range<Int>] = []
    for layer in dissection.layers where layer.protocolName != "padding" {
      for group in layer.fieldGroups {
        let notes = dissection.notes.filter { $0.kind == .checksum && $0.bytes == group.field.byteRange }
        add(
          .field(layer, group.field, parts: group.parts, notes: notes), current: [group.field.byteRange],
          decoded: decoded)
        decoded.append(group.field.byteRange)
      }
    }
    for note in dissection.notes where note.kind == .padding {
      add(.note(note), current: note.bytes.map { [$0] } ?? [], decoded: decoded)
    }
    switch record.disposition {
    case .walked(let walk): addWalk(walk, emission: [])
    case .confirms: break
    case .unsent(let origin): add(.unsent(origin: origin))
    case .passedOver(let why): add(.passedOver(why))
    }
  }

  private mutating func add(_ content: Step.Content, current: [Range<Int>] = [], decoded: [Range<Int>] = []) {
    var marks = Step.Marks()
    marks.current = current
    marks.decoded = decoded
    marks.edited = record.captured.knowledge.edited
    marks.unknown = record.captured.knowledge.unknown
    steps.append(
      Step(
        content: content, bytes: record.captured.bytes, marks: marks, networkOffset: offset, packet: packet,
        emission: [], place: nil, moment: nil))
  }

  // MARK: What became of it

  /// The steps of a walk; `emission` leads to it from the captured packet's own.
  private mutating func addWalk(_ walk: Walk, emission: [Int]) {
    var view = WalkView(walk, record: record, offset: emission.isEmpty ? offset : 0, emission: emission)
    for (index, event) in walk.events.enumerated() {
      view.moment = Step.Moment(emission: emission, events: index + 1)
      switch event {
      case .visit(let visit): addVisit(visit, view)
      case .hook(let hook): steps.append(view.step(.hook(hook), packet))
      case .tracking(let outcome): steps.append(view.step(.tracking(outcome), packet))
      case .helper(let outcome):
        steps.append(view.step(.helper(outcome), packet, current: view.shown(outcome.bytes)))
      case .routing(let route, let destination):
        steps.append(view.step(.routing(route, destination: destination), packet))
      case .log(let line): steps.append(view.step(.log(line), packet))
      case .changed(let change):
        if let whole = change.packet { view.replace(whole) } else { view.apply(change) }
        steps.append(view.step(.changed(change), packet, current: view.shown(change.bytes)))
      case .reassembled(let bytes):
        view.replace(bytes)
        steps.append(view.step(.reassembled(bytes.count), packet))
      case .emitted(let index):
        guard walk.emitted.indices.contains(index) else { continue }
        addEmission(walk.emitted[index], emission: emission + [index], moment: view.moment)
      case .notModelled(let what): steps.append(view.step(.notModelled(what), packet))
      case .verdict(let verdict):
        view.finish()
        steps.append(view.step(.verdict(verdict, walk), packet))
      }
    }
  }

  private mutating func addVisit(_ visit: RuleVisit, _ view: WalkView) {
    let place = Step.Place(
      hook: visit.hook, table: visit.step.table, chain: visit.step.chain, rule: visit.step.number)
    guard visit.step.kind == .rule else {
      steps.append(view.step(.chainEnd(visit), packet, place: place))
      return
    }
    var read: [Range<Int>] = []
    // While it compares, the rule has not counted the packet.
    var before = view
    before.moment?.events -= 1
    for (index, comparison) in visit.comparisons.enumerated() {
      let bytes = view.shown(comparison.bytes)
      steps.append(
        before.step(.comparison(visit, index: index), packet, current: bytes, read: read, place: place))
      read += bytes
    }
    if visit.matched { steps.append(view.step(.fires(visit), packet, read: read, place: place)) }
  }

  private mutating func addEmission(_ walk: Walk, emission: [Int], moment: Step.Moment?) {
    var view = WalkView(walk, record: record, offset: 0, emission: emission)
    view.moment = moment
    steps.append(view.step(.emission(walk), packet))
    for layer in Dissection(network: walk.initialBytes).layers where layer.length > 0 {
      steps.append(view.step(.layer(layer), packet, current: [layer.offset..<layer.offset + layer.length]))
    }
    addWalk(walk, emission: emission)
  }
}

/// The bytes of a packet as they stand while its walk goes on.
private struct WalkView {
  private let walk: Walk
  private let emission: [Int]
  private let offset: Int
  private var bytes: [UInt8]
  private var edited: [Range<Int>]
  private var unknown: [Range<Int>]
  /// Of the packet, from the IP header on.
  private var length: Int
  var moment: Step.Moment?

  init(_ walk: Walk, record: PacketRecord, offset: Int, emission: [Int]) {
    self.walk = walk
    self.emission = emission
    self.offset = offset
    bytes = emission.isEmpty ? record.captured.bytes : walk.initialBytes
    edited = emission.isEmpty ? record.captured.knowledge.edited : walk.edited
    unknown = emission.isEmpty ? record.captured.knowledge.unknown : []
    length = walk.initialBytes.count
  }

  /// The packet is another one now: put together from fragments.
  mutating func replace(_ packet: [UInt8]) {
    bytes = bytes.prefix(offset) + packet
    edited = edited.filter { $0.upperBound <= offset }
    unknown = unknown.filter { $0.upperBound <= offset }
    length = packet.count
  }

  /// A range counted from the IP header, counted from the first byte shown; empty where there is none.
  func shown(_ range: Range<Int>?) -> [Range<Int>] {
    guard let range else { return [] }
    return [range.lowerBound + offset..<range.upperBound + offset]
  }

  /// Takes the bytes that a change names from what the packet ended as.
  mutating func apply(_ change: PacketChange) {
    guard let range = change.bytes, walk.finalBytes.count == length else { return }
    copyFinal(range)
  }

  /// The packet as it left or was delivered.
  mutating func finish() {
    guard walk.finalBytes.count == length else { return }
    copyFinal(walk.finalBytes.indices)
  }

  private mutating func copyFinal(_ range: Range<Int>) {
    for index in range where walk.finalBytes.indices.contains(index) && bytes.indices.contains(index + offset) {
      bytes[index + offset] = walk.finalBytes[index]
    }
  }

  func step(
    _ content: Step.Content, _ packet: Int, current: [Range<Int>] = [], read: [Range<Int>] = [],
    place: Step.Place? = nil
  ) -> Step {
    var marks = Step.Marks()
    marks.current = current
    marks.read = read
    marks.edited = edited
    marks.unknown = unknown
    return Step(
      content: content, bytes: bytes, marks: marks, networkOffset: offset, packet: packet, emission: emission,
      place: place, moment: moment)
  }
}

extension Comparison {
  /// The bytes it read, from the IP header's first; `nil` where it read none.
  package var bytes: Range<Int>? {
    if case .field(_, _, let bytes) = subject { return bytes }
    return nil
  }
}

extension Layer {
  /// The layer's fields, each with the smaller fields that it is made of.
  package var fieldGroups: [(field: Field, parts: [Field])] {
    var groups: [(field: Field, parts: [Field])] = []
    for field in fields {
      if let last = groups.last, last.field.bits != field.bits, last.field.bits.contains(field.bits.lowerBound),
        field.bits.upperBound <= last.field.bits.upperBound
      {
        groups[groups.count - 1].parts.append(field)
      } else {
        groups.append((field, []))
      }
    }
    return groups
  }
}
