import Capture
import Netfilter
import Wire

/// `tcpdump` (4.99.3, libpcap 1.10.3): what has crossed the host's interfaces.
enum TcpdumpProgram: ShellCommand {
  static let name = "tcpdump"
  static let summary = "print the packets that crossed an interface"
  static let example = "tcpdump -nvvX -c 2 'tcp[tcpflags] & (tcp-syn|tcp-rst) != 0'"

  static let version = "tcpdump version 4.99.3\nlibpcap version 1.10.3\n"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    let options: TcpdumpOptions
    do { options = try TcpdumpOptions(call.arguments) } catch {
      switch error {
      case .usage(let message): return ShellResult(errorOutput: "tcpdump: \(message)\n\(TcpdumpHelp.text)", status: 1)
      case .failed(let message): return .failure("tcpdump: \(message)")
      case .notModelled(let what): return .notModelled(what)
      }
    }
    switch options.purpose {
    case .help: return ShellResult(output: TcpdumpHelp.text)
    case .version: return ShellResult(output: version)
    case .listInterfaces: return ShellResult(output: CaptureDevice.list(of: shell.host.description))
    case .capture: break
    }
    do {
      if let path = options.readPath { return try read(path, options, shell) }
      return try listen(options, shell)
    } catch {
      switch error {
      case .usage(let message), .failed(let message): return .failure("tcpdump: \(message)")
      case .notModelled(let what): return .notModelled(what)
      }
    }
  }

  private static func filter(
    _ options: TcpdumpOptions, _ context: PacketFilter.Context
  ) throws(TcpdumpOptions.Refusal) -> PacketFilter {
    do { return try PacketFilter(options.expression, context, names: names) } catch {
      throw error.isNotModelled ? .notModelled(error.message) : .failed(error.message)
    }
  }

  // MARK: Listening

  /// What the real program, started before the first packet, would have printed by now, Ctrl-C then typed.
  private static func listen(_ options: TcpdumpOptions, _ shell: Shell) throws(TcpdumpOptions.Refusal) -> ShellResult {
    guard let device = CaptureDevice(options.interface, shell.host) else {
      let name = options.interface ?? ""
      throw .failed("\(name): No such device exists\n(No such device exists)")
    }
    var errors = ""
    if device.linkType == .linuxSLL2 { errors += "tcpdump: data link type LINUX_SLL2\n" }
    let context = PacketFilter.Context(linkType: device.linkType, isLive: true, netmask: device.netmask)
    let filter = try filterOrSay(options, context, errors)
    let isPrinting = options.writePath == nil && !options.isCounting
    if options.verbosity == 0, options.writePath == nil {
      errors += "tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n"
    } else {
      errors += "tcpdump: "
    }
    let snapshot = options.snapshotLength
    errors += "listening on \(device.name), link-type \(TcpdumpText.described(device.linkType)), "
    errors += "snapshot length \(snapshot) bytes\n"
    let lead = errors.utf8.count

    var text = TcpdumpText(options, device.linkType, names: Dictionary(device.names, uniquingKeysWith: { a, _ in a }))
    var taken: [CapturedPacket] = []
    for frame in device.frames where options.direction.map({ $0 == frame.isOutgoing }) ?? true {
      let isWanted = filter.accepts(
        frame.bytes, originalLength: frame.bytes.count, isOutgoing: frame.isOutgoing, interfaceIndex: frame.index)
      guard isWanted else { continue }
      var packet = CapturedPacket(
        number: taken.count + 1, time: Timestamp(nanoseconds: frame.clock), linkType: device.linkType,
        bytes: Array(frame.bytes.prefix(snapshot)), originalLength: frame.bytes.count,
        provenance: Provenance(file: device.name))
      packet.knowledge = frame.knowledge
      taken.append(packet)
      if isPrinting { text.print(packet) }
      if taken.count == options.count { break }
    }
    if let path = options.writePath { try write(taken, device.linkType, snapshot, path, shell) }
    // Ctrl-C leaves a line of its own.
    let isInterrupted = options.count.map { taken.count < $0 } ?? true
    if isInterrupted, options.writePath == nil { text.endLine() }
    let packets = taken.count == 1 ? "packet" : "packets"
    errors += "\(taken.count) \(packets) captured\n\(taken.count) \(packets) received by filter\n"
    errors += "0 packets dropped by kernel\n"
    var result = ShellResult(output: text.output, errorOutput: errors)
    result.errorLead = lead
    return result
  }

  /// The filter; its error stands behind what was said before.
  private static func filterOrSay(
    _ options: TcpdumpOptions, _ context: PacketFilter.Context, _ said: String
  ) throws(TcpdumpOptions.Refusal) -> PacketFilter {
    do throws(TcpdumpOptions.Refusal) { return try filter(options, context) } catch {
      guard case .failed(let message) = error, !said.isEmpty else { throw error }
      throw .failed(said.dropFirst("tcpdump: ".count) + "tcpdump: " + message)
    }
  }

  private static func write(
    _ packets: [CapturedPacket], _ linkType: LinkType, _ snapshot: Int, _ path: String, _ shell: Shell
  ) throws(TcpdumpOptions.Refusal) {
    guard path != "-" else { throw .notModelled("tcpdump -w -: bytes on a terminal") }
    do { try shell.files.write(bytes: PcapFile.bytes(packets, linkType, snapshot), to: path, isAppending: false) } catch
    {
      throw .failed("\(path): \(error.reason)")
    }
  }

  // MARK: Files

  private static func read(
    _ path: String, _ options: TcpdumpOptions, _ shell: Shell
  ) throws(TcpdumpOptions.Refusal) -> ShellResult {
    guard path != "-" else { throw .notModelled("tcpdump -r -: bytes from a pipe") }
    let bytes: [UInt8]
    do { bytes = try shell.files.readBytes(path) } catch { throw .failed("\(path): \(error.reason)") }
    guard let file = PcapFile(bytes) else { throw .failed("unknown file format") }
    var result = ShellResult()
    result.errorOutput =
      "reading from file \(path), link-type \(TcpdumpText.described(file.linkType)), snapshot length \(file.snapshotLength)\n"
    result.errorLead = result.errorOutput.utf8.count
    let filter: PacketFilter
    do throws(TcpdumpOptions.Refusal) {
      filter = try self.filter(options, .init(linkType: file.linkType, isLive: false))
    } catch {
      guard case .failed(let message) = error else { throw error }
      return ShellResult(errorOutput: "\(result.errorOutput)tcpdump: \(message)\n", status: 1)
    }
    var text = TcpdumpText(options, file.linkType, names: [:])
    var taken: [CapturedPacket] = []
    do throws(CaptureError) {
      var reader = try openCapture(bytes: bytes, named: path)
      while options.count.map({ taken.count < $0 }) ?? true, !Interruption.isAsked, let packet = try reader.next() {
        guard filter.accepts(packet.bytes, originalLength: packet.originalLength) else { continue }
        taken.append(packet)
        if options.writePath == nil, !options.isCounting { text.print(packet) }
      }
    } catch {
      result.errorOutput += "tcpdump: pcap_loop: \(error.message)\n"
      result.status = 1
    }
    if let target = options.writePath { try write(taken, file.linkType, file.snapshotLength, target, shell) }
    result.output = options.isCounting ? "\(taken.count) packet\(taken.count == 1 ? "" : "s")\n" : text.output
    return result
  }

  // MARK: Names

  /// What a Debian host without a name server knows.
  private static let names = FilterNames(
    host: { $0 == "localhost" ? IPv4Address(rawValue: 0x7f00_0001) : nil },
    network: { ["loopback": IPv4Address("127.0.0.0"), "link-local": IPv4Address("169.254.0.0")][$0] ?? nil },
    port: { name, transport in
      let known: ServiceNames.Transport = transport == .tcp ? .tcp : transport == .udp ? .udp : .sctp
      return ServiceNames.port(name, known)
    },
    protocolNumber: { ProtocolNames.number($0) })
}
