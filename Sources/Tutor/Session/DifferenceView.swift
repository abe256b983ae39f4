import Netfilter
import Simulation
import Wire

/// What changed, laid out packet by packet.
struct DifferenceView {
  let difference: ScenarioDifference
  let phrases: any Phrases
  /// In words where else signs stand.
  var isPlain = false
  /// Packets and counters shown at most, each.
  var limit = 12

  func show(_ output: inout Output) {
    guard !difference.isEmpty else {
      output.add(phrases.say(.noDifference(packets: difference.packetCount)), .note)
      return
    }
    output.add(phrases.say(.differences(difference.packets.count, packets: difference.packetCount)), .heading)
    for change in difference.packets.prefix(limit) { show(change, &output) }
    more(difference.packets.count - limit, &output)
    guard !difference.counters.isEmpty else { return }
    output.add(label(.counters), .heading)
    for change in difference.counters.prefix(limit) { output.add(cut: line(change), .plain) }
    more(difference.counters.count - limit, &output)
  }

  private func more(_ count: Int, _ output: inout Output) {
    if count > 0 { output.add(phrases.say(.moreDifferences(count)), .note) }
  }

  private func label(_ label: DifferenceLabel) -> String { phrases.say(.label(label)) }

  private func labelled(_ sign: String, _ name: DifferenceLabel, _ text: String) -> String {
    guard !isPlain else {
      let what = sign == "-" ? ", " + label(.gone) : sign == "+" ? ", " + label(.new) : ""
      return "\(label(name))\(what): \(text)"
    }
    return "  \(sign) \(Layout.pad(label(name), to: 8)) \(text)"
  }

  // MARK: A packet

  private func show(_ change: ScenarioDifference.PacketChange, _ output: inout Output) {
    output.add(Layout.cut(heading(change)), .heading)
    var lines: [String] = []
    if change.after == nil { lines.append("    " + phrases.say(.gone)) }
    if change.before == nil { lines.append("    " + phrases.say(.isNew)) }
    if let unsent = change.isUnsent { lines.append("    " + phrases.say(unsent.after ? .notSentNow : .sentAgain)) }
    for (range, before, after) in change.bytes {
      lines.append(
        labelled(" ", .bytes, "\(range.lowerBound): \(spacedHex(before))\(becomes)\(spacedHex(after))"))
    }
    if let path = change.path {
      lines += pathLines(path.before, path.after)
    }
    if let verdict = change.verdict {
      lines.append(labelled(" ", .verdict, arrow(verdict.before?.rawValue, verdict.after?.rawValue)))
    }
    if let state = change.state {
      lines.append(labelled(" ", .state, arrow(state.before?.rawValue, state.after?.rawValue)))
    }
    lines += change.removedLog.map { labelled("-", .log, $0) } + change.addedLog.map { labelled("+", .log, $0) }
    lines += sentLines(change)
    if let what = change.notModelled {
      lines += what.before.map { labelled("-", .notModelled, $0) } + what.after.map { labelled("+", .notModelled, $0) }
    }
    for line in lines { output.add(line.trimmedStart, .plain, indent: line.indent, hanging: 4) }
  }

  private func heading(_ change: ScenarioDifference.PacketChange) -> String {
    let number = (change.after ?? change.before).map(String.init) ?? "?"
    let was =
      change.before != nil && change.after != nil && change.before != change.after
      ? " (\(change.before.map(String.init) ?? ""))" : ""
    return "packet \(number)\(was)  \(change.captured.summary)"
  }

  private func placed(_ stop: ScenarioDifference.Stop) -> String {
    let number = stop.step.kind == .rule ? " \(stop.step.number)" : ""
    return "\(stop.step.table.rawValue) \(stop.step.chain)\(number)  \(stop.text)"
  }

  /// A rule that only moved up or down reads the same, so that it is no difference.
  private static func text(_ stop: ScenarioDifference.Stop) -> String {
    "\(stop.step.table.rawValue) \(stop.step.chain)  \(stop.text)"
  }

  private func arrow(_ before: String?, _ after: String?) -> String {
    "\(before ?? label(.none))\(becomes)\(after ?? label(.none))"
  }

  /// Between what was and what is.
  private var becomes: String { isPlain ? label(.now) : " -> " }

  /// Packets that the host sends no more or sends now; the same bytes that fare otherwise are told as one.
  private func sentLines(_ change: ScenarioDifference.PacketChange) -> [String] {
    var lines: [String] = []
    var added = change.addedSent
    for old in change.removedSent {
      guard let place = added.firstIndex(where: { $0.bytes == old.bytes }) else {
        lines.append(labelled("-", .sent, text(old)))
        continue
      }
      let new = added.remove(at: place)
      lines.append(labelled(" ", .sent, summary(old)))
      let origins = [old, new].map { phrases.origin($0.by) }
      if origins[0] != origins[1] { lines += [labelled("-", .by, origins[0]), labelled("+", .by, origins[1])] }
      lines += pathLines(old.path, new.path)
      if old.verdict != new.verdict {
        lines.append(labelled(" ", .verdict, arrow(old.verdict?.rawValue, new.verdict?.rawValue)))
      }
      if old.state != new.state {
        lines.append(labelled(" ", .state, arrow(old.state?.rawValue, new.state?.rawValue)))
      }
    }
    return lines + added.map { labelled("+", .sent, text($0)) }
  }

  private func pathLines(_ before: [ScenarioDifference.Stop], _ after: [ScenarioDifference.Stop]) -> [String] {
    let steps = after.map(Self.text).difference(from: before.map(Self.text))
    var lines: [String] = []
    for case .remove(let index, _, _) in steps.reversed() { lines.append(labelled("-", .path, placed(before[index]))) }
    for case .insert(let index, _, _) in steps { lines.append(labelled("+", .path, placed(after[index]))) }
    return lines
  }

  private func summary(_ sent: ScenarioDifference.SentLine) -> String {
    guard let ip = IPv4Header(sent.bytes[...]) else { return sent.bytes.hex }
    return ip.summary(
      source: ip.source.text(editedFrom: 12, sent.edited), destination: ip.destination.text(editedFrom: 16, sent.edited)
    )
  }

  private func text(_ sent: ScenarioDifference.SentLine) -> String {
    var text = summary(sent) + ", \(phrases.origin(sent.by))"
    if let last = sent.path.last { text += ", \(placed(last))" }
    if let verdict = sent.verdict { text += ": \(verdict.rawValue)" }
    return text
  }

  // MARK: Counters

  private func line(_ change: ScenarioDifference.CounterChange) -> String {
    let old = change.before
    let new = change.after
    let sign = old == nil ? "+" : new == nil ? "-" : " "
    let number = (new ?? old)?.number.map { " \($0)" } ?? ""
    let counts = [old, new].compactMap { $0 }.map { "[\($0.counters.packets) \($0.counters.bytes)]" }
    let place = "\(change.table.rawValue) \(change.chain)\(number)"
    guard !isPlain else {
      let what = sign == "-" ? ", " + label(.gone) : sign == "+" ? ", " + label(.new) : ""
      return "\(place)\(what): \(counts.joined(separator: becomes)), \(change.text)"
    }
    return "  \(sign) \(place)  \(counts.joined(separator: " -> "))  \(change.text)"
  }
}

extension String {
  fileprivate var indent: Int { prefix { $0 == " " }.count }
  fileprivate var trimmedStart: String { String(drop { $0 == " " }) }
}
