extension String {
  /// The lines between line feeds; what stands after the last of them too, though it be nothing. By bytes: a line end
  /// after a carriage return is one character for Swift.
  var byteLines: [Substring] {
    utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Substring.init)
  }
}
