import Terminal

/// Laying text out is the terminal's work; the tutor only says what to lay out.
package typealias Layout = TextLayout
