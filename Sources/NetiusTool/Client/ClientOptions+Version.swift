import Netius
import NetiusHTTP

extension ClientOptions {
    /// Those that say which version of HTTP is spoken, one of which may be given.
    static let versions = [http2, http2PriorKnowledge, http1]

    private static let http2 = OptionDescription(
        flag: "http2", help: "speak HTTP/2 where a server of https offers it, which is the default")
    private static let http2PriorKnowledge = OptionDescription(
        flag: "http2-prior-knowledge", help: "speak HTTP/2 without asking, over http too")
    private static let http1 = OptionDescription(flag: "http1.1", help: "speak HTTP/1.1 only")

    static func http2(_ values: CommandValues) throws(UsageError) -> HTTP2Policy {
        var chosen: (option: OptionDescription, policy: HTTP2Policy)?
        for (option, policy) in [
            (http2, HTTP2Policy.automatic), (http2PriorKnowledge, .priorKnowledge), (http1, .never),
        ] where try values.required(option, as: .boolean) {
            if let chosen { throw .conflictingOptions("--\(chosen.option.name)", "--\(option.name)") }
            chosen = (option, policy)
        }
        return chosen?.policy ?? .automatic
    }
}
