import Netius

/// `netius ip`: what is known of an address or a network from its bits alone.
struct IPCommand: Command {
    static let description = CommandDescription(
        name: "ip", summary: "Explains an IP address or a network.", arguments: [block], options: [json])

    private static let block = ArgumentDescription(
        name: "ADDRESS|NETWORK", help: "such as 192.0.2.1, fe80::1%eth0, 192.0.2.0/24 or 192.0.2.0/255.255.255.0")
    private static let json = OptionDescription(flag: "json", help: "print one JSON object")

    let report: IPReport
    let asJSON: Bool

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        asJSON = try values.required(Self.json, as: .boolean)
        let text = try values.required(Self.block, as: .text)
        do throws(IPAddressError) {
            report = try IPReport(of: text)
        } catch {
            throw .invalidAddress(error)
        }
    }

    func run() async throws {
        writeToStandardOutput(asJSON ? report.json : report.text)
    }
}
