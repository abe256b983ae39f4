/// The decoder's notes in Japanese. `Wire` writes them in English; each shape that it has is told here in Japanese.
enum JapaneseNotes {
  /// A shape of a note: literal words, with `*` for what stands between them.
  private struct Shape {
    let english: String
    /// `1`, `2`, ... stand for what the stars took.
    let japanese: [Piece]
  }

  private enum Piece {
    case text(String)
    case captured(Int)
  }

  /// The note in Japanese; `nil` for a shape that is not known here.
  static func text(_ note: String) -> String? {
    for shape in shapes {
      guard let captured = captures(of: shape.english, in: note) else { continue }
      return shape.japanese.map { piece in
        switch piece {
        case .text(let text): text
        case .captured(let index): captured.indices.contains(index - 1) ? word(captured[index - 1]) : ""
        }
      }.joined()
    }
    return nil
  }

  /// What the stars of a pattern took; `nil` where the text has another shape.
  private static func captures(of pattern: String, in text: String) -> [String]? {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, text.hasPrefix(first) else { return nil }
    var rest = text.dropFirst(first.count)
    var captured: [String] = []
    for (index, part) in parts.enumerated().dropFirst() {
      if index == parts.count - 1 {
        guard rest.hasSuffix(part) else { return nil }
        captured.append(String(rest.dropLast(part.count)))
        return captured
      }
      guard let place = rest.firstRange(of: part) else { return nil }
      captured.append(String(rest[..<place.lowerBound]))
      rest = rest[place.upperBound...]
    }
    return rest.isEmpty ? captured : nil
  }

  /// Words that stand where a note names a thing.
  private static func word(_ english: String) -> String {
    switch english {
    case "capture": "キャプチャ"
    case "quotation": "引用"
    case "enclosing packet": "外側のパケット"
    case "the message ends within a name": "名前の途中でメッセージが終わります"
    case "a compressed name's pointer does not point backwards": "圧縮された名前のポインタが後ろ向きではありません"
    case "a name is longer than 255 bytes": "名前が255バイトより長くなっています"
    case "this fragment holds only a part of what it covers": "このフラグメントには、足し合わせるものの一部しかありません"
    case "there is no IP header around it": "外側にIPヘッダがありません"
    case "it covers bytes that the source does not give": "元の資料が示していないバイトも足すからです"
    case "none was sent (0)": "送られていません (0)"
    case "the packet holds less than it covers": "足し合わせるもののすべてはパケットにありません"
    default: english
    }
  }

  private static let shapes = [
    shape(
      "the * checksum cannot be verified: * of the * bytes that it covers are not quoted",
      "$1のチェックサムは確かめられません。足し合わせる$3バイトのうち、$2バイトが引用されていません。"),
    shape(
      "the * checksum cannot be verified: * of the * bytes that it covers are not there",
      "$1のチェックサムは確かめられません。足し合わせる$3バイトのうち、$2バイトがありません。"),
    shape(
      "the * checksum cannot be verified: * of the * bytes that it covers were not captured",
      "$1のチェックサムは確かめられません。足し合わせる$3バイトのうち、$2バイトがキャプチャされていません。"),
    shape("the * checksum cannot be verified: *", "$1のチェックサムは確かめられません。$2。"),
    shape(
      "dns: a name has a label of reserved type *; the rest is shown as bytes", "DNS: 名前のラベルが予約された種類$1です。残りはバイトのまま見せます。"
    ),
    shape(
      "the capture kept * of the * bytes that were on the wire", "回線を流れた$2バイトのうち、キャプチャに残っているのは$1バイトです。"),
    shape("* is cut short: the * ends at byte *; absent: *", "$1が途中で切れています。$2はバイト$3で終わり、次の項目がありません: $4"),
    shape("* has too few bytes: * are left for it; absent: *", "$1には足りません。残りは$2バイトで、次の項目がありません: $3"),
    shape("*: the source does not give all bytes of *", "$1: 元の資料が次の項目のバイトをすべては示していません: $2"),
    shape("* is not taken apart: 1 byte shown as they are", "$1は分解せず、1バイトをそのまま見せます。"),
    shape("* is not taken apart: * bytes shown as they are", "$1は分解せず、$2バイトをそのまま見せます。"),
    shape("the total length is 0, *", "全長が0です。分割を後でネットワークカードに任せるとこうなります。フレームの終わりまでをパケットとします。"),
    shape("the payload length is 0, *", "ペイロード長が0です。分割を後でネットワークカードに任せるとこうなります。フレームの終わりまでをパケットとします。"),
    shape("the * packet says * bytes, but * were there for it", "$1パケットは$2バイトと言いますが、あるのは$3バイトです。"),
    shape("ipv4: its header length is * bytes, less than 20", "IPv4のヘッダ長が$1バイトで、20バイトより短くなっています。"),
    shape(
      "ipv4: the total length of * is less than the header's * bytes", "IPv4の全長$1が、ヘッダの$2バイトより短くなっています。"),
    shape("*: its version is *", "$1: バージョンが$2です。"),
    shape("raw: the IP version is *, neither 4 nor 6", "IPのバージョンが$1です。4でも6でもありません。"),
    shape(
      "this is a later fragment: its bytes continue at * what the first fragment begins",
      "これは2番目以降のフラグメントです。最初のフラグメントが始めたものの、バイト$1からの続きです。"),
    shape("udp: its length of 0 means up to the packet's end", "UDPの長さ0は、パケットの終わりまでという意味です。"),
    shape("udp: its length of * is less than its header's 8 bytes", "UDPの長さ$1が、ヘッダの8バイトより短くなっています。"),
    shape(
      "udp: its length says * bytes, but the packet holds * for it", "UDPの長さは$1バイトと言いますが、パケットにあるのは$2バイトです。"),
    shape("tcp: its data offset is * bytes, less than 20", "TCPのデータオフセットが$1バイトで、20バイトより短くなっています。"),
    shape("sctp: a chunk says * bytes, * are left", "SCTPのチャンクは$1バイトと言いますが、残りは$2です。"),
    shape("dns: *; the rest is shown as bytes", "DNS: $1。残りはバイトのまま見せます。"),
    shape(
      "pseudowire: its control word does not say what it carries; taken for Ethernet (RFC 4448)",
      "疑似回線の制御ワードは中身を示しません。イーサネットとして読みます (RFC 4448)。"),
    shape("*: *: no room is left for its length", "$1: $2に、長さを書く余地が残っていません。"),
    shape(
      "*: *: its length of * bytes does not fit the * that are left", "$1: $2の長さ$3バイトが、残りの$4バイトに収まりません。"),
    shape("*: *: a length of * is not one that * allows", "$1: $2の長さ$3は、$4が認めるものではありません。"),
    shape("*: its length says * bytes, but * follow", "$1の長さは$2バイトと言いますが、続くのは$3バイトです。"),
  ]

  /// `$1` in the Japanese stands for what the first star took.
  private static func shape(_ english: String, _ japanese: String) -> Shape {
    var pieces: [Piece] = []
    for (index, part) in japanese.split(separator: "$", omittingEmptySubsequences: false).enumerated() {
      guard index > 0, let digit = part.first, let number = digit.wholeNumberValue else {
        pieces.append(.text(String(part)))
        continue
      }
      pieces += [.captured(number), .text(String(part.dropFirst()))]
    }
    return Shape(english: english, japanese: pieces)
  }
}
