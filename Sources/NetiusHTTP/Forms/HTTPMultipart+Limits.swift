extension HTTPMultipart {
    /// How much of a form is read. A limit below zero is zero.
    public struct Limits: Sendable, Hashable {
        /// The octets of the whole content, with what is between the parts. Beyond it: 413. Default 64 MiB.
        public var bytes = 64 << 20
        /// The number of parts. Beyond it: 413. Default 256.
        public var parts = 256
        /// The octets of one part's header section. Beyond it: 413. Default 8 KiB.
        public var partHeader = 8 * 1024
        /// The fields of one part's header section. Beyond it: 413. Default 16.
        public var partFields = 16
        /// What `collect` and `text` hold of a part in memory unless they are told. Beyond it: 413. Default 64 KiB.
        public var value = 64 * 1024

        /// The defaults.
        public init() {}
    }
}
