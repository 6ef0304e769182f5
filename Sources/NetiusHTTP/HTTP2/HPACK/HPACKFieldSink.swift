/// What a header block is decoded into.
protocol HPACKFieldSink {
    /// Takes in a field. The octets are lent for the call; nothing has been checked about them.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    ///   - index: The place of the name in the static table (RFC 7541 Appendix A), the first if it has several there,
    ///     however the name was sent: 1 to 61. 0 for a name that is not in it.
    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int)
}
