/// SVCB and HTTPS: how to reach a service (RFC 9460).
public struct DNSServiceBinding: Sendable, Hashable {
    /// 0 where `target` is another name of the service; else the lowest is to be tried first.
    public var priority: UInt16
    /// The host; the root stands for the record's own name (and, with priority 0, for no such service).
    public var target: DNSName
    /// The parameters, in the order of their keys.
    public var parameters: [Parameter]

    /// A parameter, with its value as it is in a message.
    public struct Parameter: Sendable, Hashable {
        /// Its number, such as 1 for `alpn`.
        public var key: UInt16
        /// Its value.
        public var value: [UInt8]

        /// A parameter.
        public init(key: UInt16, value: [UInt8]) {
            self.key = key
            self.value = value
        }
    }

    /// A way to reach a service.
    public init(priority: UInt16, target: DNSName, parameters: [Parameter] = []) {
        self.priority = priority
        self.target = target
        self.parameters = parameters
    }
}
