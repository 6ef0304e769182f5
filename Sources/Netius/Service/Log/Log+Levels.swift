extension Log {
    /// Writes a record of level `trace`, unless the threshold is higher.
    public func trace(_ message: @autoclosure () -> String, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.trace, message(), metadata: metadata())
    }

    /// Writes a record of level `debug`, unless the threshold is higher.
    public func debug(_ message: @autoclosure () -> String, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.debug, message(), metadata: metadata())
    }

    /// Writes a record of level `info`, unless the threshold is higher.
    public func info(_ message: @autoclosure () -> String, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.info, message(), metadata: metadata())
    }

    /// Writes a record of level `notice`, unless the threshold is higher.
    public func notice(_ message: @autoclosure () -> String, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.notice, message(), metadata: metadata())
    }

    /// Writes a record of level `warning`, unless the threshold is higher.
    public func warning(_ message: @autoclosure () -> String, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.warning, message(), metadata: metadata())
    }

    /// Writes a record of level `error`, unless the threshold is higher.
    public func error(_ message: @autoclosure () -> String, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.error, message(), metadata: metadata())
    }

    /// Writes a record of level `critical`, unless the threshold is higher.
    public func critical(_ message: @autoclosure () -> String, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.critical, message(), metadata: metadata())
    }
}
