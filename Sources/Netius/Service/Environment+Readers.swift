extension Environment {
    /// A whole number in decimal digits, within `range`.
    public func integer(
        _ name: String, in range: ClosedRange<Int> = .min ... .max
    ) throws(ConfigurationError) -> Int? {
        try value(name, as: .integer(in: range))
    }

    /// The number of a port; 0 where the system is to choose one.
    public func port(_ name: String) throws(ConfigurationError) -> UInt16? {
        try integer(name, in: 0...65535).map { UInt16(clamping: $0) }
    }

    /// A choice: `1`, `true`, `yes`, `on`, or `0`, `false`, `no`, `off`, in either case.
    public func boolean(_ name: String) throws(ConfigurationError) -> Bool? {
        try value(name, as: .boolean)
    }

    /// A time: a number of seconds, with decimals if need be (`2.5`), or a number followed by `ms`, `s`, `m` or `h`
    /// (`250ms`), up to 1 000 000 000 seconds; below zero (`-1`) only where that means something.
    public func duration(
        _ name: String, allowsNegative: Bool = false
    ) throws(ConfigurationError) -> Duration? {
        try value(name, as: .duration(allowsNegative: allowsNegative))
    }

    /// A number of bytes, or a number followed by `k`, `M` or `G`: 1024, 1024² or 1024³ bytes.
    public func byteCount(_ name: String) throws(ConfigurationError) -> Int? {
        try value(name, as: .byteCount)
    }

    /// Items separated by `;` or `,`, at least one; space around them, and empty ones, don't count.
    public func list(_ name: String) throws(ConfigurationError) -> [String]? {
        try value(name, as: .list)
    }

    /// The name of a log level, as `LogLevel.init(_:)` reads it.
    public func logLevel(_ name: String) throws(ConfigurationError) -> LogLevel? {
        try value(name, as: .logLevel)
    }

    /// The name of a log format, `text` or `json`, in either case.
    public func logFormat(_ name: String) throws(ConfigurationError) -> LogFormat? {
        try value(name, as: .choice())
    }
}

extension Log {
    /// The log that the environment asks for, on standard error: `LEVEL` (`info`) and `LOG_FORMAT` (`text`).
    public init(environment: Environment) throws(ConfigurationError) {
        let level = try environment.logLevel("LEVEL") ?? .info
        let format = try environment.logFormat("LOG_FORMAT") ?? .text
        self.init(level: level, sink: StreamLogSink.standardError(format))
    }
}
