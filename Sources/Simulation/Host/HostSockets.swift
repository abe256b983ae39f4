import Netfilter
import Wire

extension HostDescription {
  /// In whose name a packet was sent that a program of the host made; `nil` where nobody says.
  func owner(of packet: SocketBuffer) -> SocketOwner? {
    guard let ip = packet.ip else { return nil }
    let hasPorts = [6, 17, 33, 132, 136].contains(ip.protocolNumber) && ip.fragmentOffset == 0
    let port = hasPorts ? ip.payload.uint16(at: 0) : nil
    let program = programs.first { program in
      guard program.protocolNumber == nil || program.protocolNumber == ip.protocolNumber else { return false }
      return program.ports.map { ports in port.map(ports.contains) ?? false } ?? true
    }
    if let program { return program.user }
    return services.first {
      $0.transport.protocolNumber == ip.protocolNumber && $0.port == port && ($0.address ?? ip.source) == ip.source
    }?.user
  }
}

extension HostDescription.Service.Transport {
  package var protocolNumber: UInt8 { self == .tcp ? 6 : 17 }
}

extension SimulatedHost {
  package func receivingSocket(_ query: SocketQuery) -> ReceivingSocket { localStack.receivingSocket(query) }
}

extension LocalStack {
  /// The connection, the request for one or the service that a packet belongs to (`inet_lookup`, `udp4_lib_lookup`).
  func receivingSocket(_ query: SocketQuery) -> ReceivingSocket {
    let contact = Contact(query)
    if query.protocolNumber == 6 {
      // What the host was captured sending from another port may come from a raw socket, as its stack takes it to.
      if contacts.contains(contact), service(.tcp, contact.local, at: contact.address) != nil { return .bound(mark: 0) }
      if let connection = connections[contact] { return .bound(mark: connection.mark) }
      if requests[contact] != nil { return .request }
    }
    let transport: HostDescription.Service.Transport = query.protocolNumber == 6 ? .tcp : .udp
    if let service = service(transport, query.destinationPort, at: query.destination) {
      // A quiet stack answers nobody, so that it knows no connections.
      if isQuiet, transport == .tcp { return .unknown }
      return service.address == nil ? .wildcard : .bound(mark: 0)
    }
    return mayBeOpen(query.protocolNumber, query.destinationPort) ? .unknown : .none
  }
}
