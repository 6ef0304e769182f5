extension [UInt8] {
    /// A copy of the bytes.
    package init(_ bytes: Span<UInt8>) {
        // Safe: the pointer is used during the call only.
        self = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
