import Netfilter
import Simulation
import Wire

/// The tutor in Japanese.
struct Japanese: Phrases {
  static let fields = FieldTexts(
    names: [
      "version": "バージョン", "ihl": "ヘッダ長", "type_of_service": "サービス種別", "dscp": "DSCP", "ecn": "ECN",
      "total_length": "全長", "identification": "識別子", "ipv4.flags": "フラグメント化フラグ", "tcp.flags": "制御ビット",
      "fragment_offset": "フラグメントオフセット", "ttl": "生存時間 (TTL)", "protocol": "プロトコル", "header_checksum": "ヘッダチェックサム",
      "source_address": "送信元アドレス", "destination_address": "宛先アドレス", "dont_fragment": "フラグメント化禁止",
      "more_fragments": "後続フラグメントあり", "reserved_flag": "予約ビット", "source_port": "送信元ポート",
      "destination_port": "宛先ポート", "sequence_number": "シーケンス番号", "acknowledgment_number": "確認応答番号",
      "data_offset": "データオフセット", "reserved": "予約", "window": "ウィンドウ", "tcp.checksum": "TCPチェックサム",
      "udp.checksum": "UDPチェックサム", "icmp.checksum": "ICMPチェックサム", "urgent_pointer": "緊急ポインタ",
      "udp.length": "長さ", "icmp.type": "ICMPタイプ", "icmp.code": "ICMPコード", "cwr": "CWR", "ece": "ECE", "urg": "URG",
      "ack": "ACK", "psh": "PSH", "rst": "RST", "syn": "SYN", "fin": "FIN", "maximum_segment_size": "最大セグメント長",
      "option_kind": "オプション種別", "option_length": "オプション長", "identifier": "識別子", "data": "データ", "mark": "マーク",
      "window_scale": "ウィンドウスケール", "sack_permitted": "SACK許可", "sack": "SACK", "sack_left_edge": "SACKの左端",
      "sack_right_edge": "SACKの右端", "timestamps": "タイムスタンプ", "ts_value": "タイムスタンプの値", "ts_echo_reply": "返すタイムスタンプ",
      "no_operation": "無操作 (NOP)", "end_of_option_list": "オプションの終わり", "padding": "パディング", "unused": "未使用",
      "address_mask": "アドレスマスク", "next_hop_mtu": "次ホップのMTU", "gateway_internet_address": "ゲートウェイのアドレス",
      "originate_timestamp": "送信時刻", "receive_timestamp": "受信時刻", "transmit_timestamp": "返信時刻", "pointer": "ポインタ",
      "vlan_identifier": "VLAN番号", "hardware_type": "ハードウェア種別", "protocol_type": "プロトコル種別", "operation": "操作",
      "payload": "中身", "sack_edge": "SACKの端", "helper of a new connection": "新しい接続のヘルパー",
    ],
    meanings: [
      "version": "4ならIPv4。後に続くものはすべてIPv4の決まりで読みます",
      "ihl": "4バイトを1とするヘッダの長さ。次のヘッダがどこから始まるかがわかります",
      "type_of_service": "どれだけ急ぐか。6ビットがDSCP、2ビットがECNです",
      "total_length": "ヘッダと中身を合わせたバイト数。これより後ろはこのパケットのものではありません",
      "identification": "同じパケットのフラグメントどうしが共有する番号です",
      "ipv4.flags": "フラグメントに分けてよいか、続きのフラグメントがあるか",
      "fragment_offset": "このフラグメントが全体のどこにあたるか。8バイト単位です",
      "ttl": "ルータを通るたびに1減り、0になるとパケットは捨てられます",
      "protocol": "中身のプロトコル。1がICMP、6がTCP、17がUDPです",
      "header_checksum": "IPヘッダだけを守ります。中身は守りません",
      "source_address": "送り主だと名乗っているアドレス。証拠はありません",
      "destination_address": "行き先です",
      "source_port": "送り手側のポート", "destination_port": "相手がたたいているポート",
      "sequence_number": "このセグメントの先頭バイトの番号。SYN自体も番号を1つ使います",
      "acknowledgment_number": "送り手が次に待っているバイトの番号。ACKビットが立っているときだけ意味があります",
      "data_offset": "4バイトを1とするTCPヘッダの長さ",
      "reserved": "未使用。0で送ります",
      "tcp.flags": "セグメントの用件。SYNは開始、ACKは確認、FINは終了、RSTは打ち切りです",
      "window": "送り手が受け取れるバイト数 (拡大前の値)",
      "tcp.checksum": "セグメントと、IPヘッダのアドレスまでを守ります",
      "udp.checksum": "データグラムとアドレスを守ります。0は「送っていない」の意味です",
      "icmp.checksum": "ICMPメッセージを守ります",
      "urgent_pointer": "緊急データの終わり。URGビットが立っているときだけ意味があります",
      "udp.length": "ヘッダとデータのバイト数",
      "icmp.type": "メッセージの種類。8がエコー要求、0が応答、3が到達不能、11が時間切れです",
      "icmp.code": "タイプのさらに細かい意味",
      "maximum_segment_size": "送り手が受け取れる最大のセグメント",
    ], ofOptions: [("_kind", "の種類"), ("_length", "の長さ")])

  func fieldName(_ protocolName: String, _ field: String) -> String { Self.fields.name(protocolName, field) }

  /// `TCP のウィンドウ`、`ICMPタイプ`。ヘッダの名は1度だけ。
  func fullName(_ protocolName: String, _ field: String) -> String {
    let (header, name) = (headerName(protocolName), fieldName(protocolName, field))
    return name.hasPrefix(header) ? name : header + " の" + name
  }

  func headerName(_ protocolName: String) -> String {
    let names = [
      "ipv4": "IPv4", "tcp": "TCP", "udp": "UDP", "icmp": "ICMP", "ethernet": "イーサネット", "dns": "DNS",
      "payload": "ペイロード", "padding": "パディング",
    ]
    return names[protocolName] ?? protocolName
  }

  func byteRange(_ range: Range<Int>) -> String {
    range.count == 1 ? "バイト \(range.lowerBound)" : "バイト \(range.lowerBound)-\(range.upperBound - 1)"
  }

  func stepHeading(_ place: StepHeading) -> String {
    var text = "パケット \(place.packet)/\(place.packetCount)"
    if let answer = place.answer { text += "、ホストの応答" + (answer > 1 ? " \(answer)" : "") }
    return text + "、ステップ \(place.step)/\(place.stepCount)"
  }

  func chainHeading(table: TableName, chain: String, policy: String?) -> String {
    "\(table.rawValue) \(chain)" + (policy.map { "、ポリシー \($0)" } ?? "")
  }

  func reading(_ range: Range<Int>, _ bytes: [UInt8], hidden: Set<Int> = []) -> String {
    "\(byteRange(range)) は \(spacedHex(bytes, hidden: hidden))"
  }

  func comparison(_ comparison: Comparison, rule: Int, bytes: [UInt8], shown: Range<Int>?) -> String {
    let need = "ルール \(rule) の条件は「\(need(comparison))」。"
    switch comparison.subject {
    case .field:
      guard let shown, !bytes.isEmpty else { return "\(need)読んだ値は \(comparison.read) です" }
      return "\(need)\(reading(shown, bytes))、つまり \(comparison.read) です"
    case .property(let name): return need + property(name, comparison.readState)
    }
  }

  /// 条件の中身: `宛先ポートが 22`。
  private func need(_ comparison: Comparison) -> String {
    let name: String
    switch comparison.subject {
    case .field(let protocolName, let field, _): name = fieldName(protocolName, field)
    case .property(let property): name = propertyNames[property] ?? property
    }
    if comparison.subject == .property("token bucket") { return "バケツにトークンがある" }
    let not = comparison.inverted ? "ではない" : ""
    switch comparison.relation {
    case .equals, .maskedEquals: return "\(name)が \(comparison.operand)\(not.isEmpty ? "" : " \(not)")"
    case .oneOf:
      return
        "\(name)が \(comparison.operand.split(separator: ",").joined(separator: " か "))\(not.isEmpty ? "" : " のどれでもない")"
    case .within: return "\(name)が \(comparison.operand) の範囲\(comparison.inverted ? "外" : "内")"
    case .hasPrefix: return "\(name)が \(comparison.operand) の\(comparison.inverted ? "外" : "中")"
    case .atLeast: return "\(name)が \(comparison.operand) \(comparison.inverted ? "未満" : "以上")"
    case .atMost: return "\(name)が \(comparison.operand) \(comparison.inverted ? "より大きい" : "以下")"
    case .above: return "\(name)が \(comparison.operand) \(comparison.inverted ? "以下" : "より大きい")"
    case .below: return "\(name)が \(comparison.operand) \(comparison.inverted ? "以上" : "より小さい")"
    case .contains: return "\(name)が \(comparison.operand) を\(comparison.inverted ? "含まない" : "含む")"
    case .present: return "\(name)が\(comparison.inverted ? "ない" : "ある")"
    }
  }

  private var propertyNames: [String: String] {
    [
      "input interface": "入力インタフェース", "output interface": "出力インタフェース", "connection state": "接続の状態",
      "token bucket": "トークンバケツの残り", "mark": "マーク",
      "connection mark": "接続のマーク", "packet type": "パケットの宛て方", "packets since the last": "前回からのパケット数",
      "random number": "乱数", "helper": "予期したヘルパー", "source MAC address": "送信元MACアドレス",
    ]
  }

  private func property(_ name: String, _ read: String) -> String {
    switch name {
    case "input interface": read.isEmpty ? "このパケットに入力インタフェースはありません" : "このパケットは \(read) から入ってきました"
    case "output interface": read.isEmpty ? "このパケットに出力インタフェースはありません" : "このパケットは \(read) から出ていきます"
    case "connection state": "このパケットは \(read) です"
    case "token bucket": "バケツには \(tokens(read))あります"
    default: "\(propertyNames[name] ?? name)は \(read.isEmpty ? "空" : read) です"
    }
  }

  /// `5 of 5 tokens` in words.
  private func tokens(_ text: String) -> String {
    let numbers = text.split(separator: " ").filter { $0.first?.isNumber ?? false }
    return numbers.count == 2 ? "\(numbers[1]) 個のうち \(numbers[0]) 個" : text
  }

  func goal(_ goal: Goal, packets: [Int]) -> String {
    let packet =
      packets.isEmpty ? "そのパケット" : "パケット \(packets.map { String($0 + 1) }.joined(separator: "、")) "
    switch goal.kind {
    case .verdict: return packet + "の判定が \(goal.values.map(\.rawValue).joined(separator: " か ")) になる"
    case .silent: return packet + "がログに何も残さない"
    case .logged: return packet + "がログに1行残す"
    case .unanswered: return packet + "に何も返さない"
    case .answered: return packet + "に応答が返る"
    case .reaches: return packet + "が \(goal.endpoint) へ向かう"
    }
  }
}
