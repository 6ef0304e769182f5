import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusDNS

/// A name server of the system that a test starts, on a loopback port of its own, with the zone of `example.test`.
enum NameServerProgram: String, CaseIterable {
    case knotd, nsd, dnsmasq

    /// Runs `body` with the address of the running server; not at all, with a message, where it is not installed.
    func run(_ body: (SocketAddress) async throws -> Void) async throws {
        let candidates = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/opt/homebrew/sbin"].map { "\($0)/\(rawValue)" }
        guard let path = candidates.first(where: FileManager.default.isExecutableFile) else {
            print("skipped: \(rawValue) is not installed")
            return
        }
        try await withTemporaryDirectory { directory in
            try Self.zone.write(toFile: directory + "/example.test.zone", atomically: true, encoding: .utf8)
            let (process, address) = try await start(path, in: directory)
            do {
                try await body(address)
            } catch {
                await Self.end(process)
                throw error
            }
            await Self.end(process)
        }
    }

    /// Starts the server, again where somebody else has taken the port meanwhile.
    private func start(_ path: String, in directory: String) async throws -> (Process, SocketAddress) {
        for _ in 0..<10 {
            let address = try await Self.freeAddress()
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = try arguments(in: directory, port: address.port ?? 0)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            var answers = false
            try await eventually("\(rawValue) answers") {
                answers = await Self.answers(address)
                return answers || !process.isRunning
            }
            if answers { return (process, address) }
            await Self.end(process)
        }
        throw TestFailure("\(rawValue) does not start")
    }

    private static func answers(_ address: SocketAddress) async -> Bool {
        var configuration = DNSClient.Configuration(servers: [address])
        configuration.timeout = .seconds(1)
        configuration.attempts = 1
        return (try? await DNSClient(configuration).records(of: "mail.example.test", type: .a))?.isEmpty == false
    }

    private static func end(_ process: Process) async {
        // With its children, who are of its group; a gentler signal may be one that it has inherited as blocked.
        if process.isRunning { kill(-process.processIdentifier, SIGKILL) }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                process.waitUntilExit()
                continuation.resume()
            }
        }
    }

    private static func freeAddress() async throws -> SocketAddress {
        let socket = try await Datagram.bind(.ip(.v4(.loopback), port: 0))
        await socket.close()
        return socket.address
    }

    private func arguments(in directory: String, port: UInt16) throws -> [String] {
        let configuration: String
        switch self {
        case .knotd:
            configuration = """
                server:
                    rundir: "\(directory)"
                    listen: 127.0.0.1@\(port)
                database:
                    storage: "\(directory)"
                zone:
                  - domain: example.test
                    file: "\(directory)/example.test.zone"
                    zonefile-load: whole
                    journal-content: none
                """
        case .nsd:
            configuration = """
                server:
                    ip-address: 127.0.0.1@\(port)
                    username: ""
                    zonesdir: "\(directory)"
                    pidfile: "\(directory)/nsd.pid"
                    database: ""
                    xfrdfile: "\(directory)/xfrd.state"
                    zonelistfile: "\(directory)/zone.list"
                    xfrdir: "\(directory)"
                remote-control:
                    control-enable: no
                zone:
                    name: example.test
                    zonefile: example.test.zone
                """
        case .dnsmasq:
            return [
                "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-daemon",
                "--port=\(port)", "--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file=\(directory)/pid",
                "--local=/example.test/", "--host-record=mail.example.test,192.0.2.1,2001:db8::1",
                "--cname=www.example.test,mail.example.test", "--mx-host=example.test,mail.example.test,10",
                "--mx-host=example.test,backup.example.test,20", "--txt-record=example.test,v=spf1 -all",
                "--srv-host=_sip._tcp.example.test,mail.example.test,5060,1,2",
                "--caa-record=example.test,0,issue,ca.example.test",
                "--ptr-record=1.2.0.192.in-addr.arpa,mail.example.test",
            ]
        }
        let path = directory + "/\(rawValue).conf"
        try configuration.write(toFile: path, atomically: true, encoding: .utf8)
        return self == .nsd ? ["-d", "-c", path] : ["-c", path]
    }

    private static let zone = """
        $ORIGIN example.test.
        $TTL 300
        @ SOA ns hostmaster 1 7200 3600 1209600 60
        @ NS ns
        ns A 127.0.0.1
        @ MX 20 backup
        @ MX 10 mail
        @ TXT "v=spf1 -all"
        @ TXT "two " "parts"
        @ CAA 128 issue "ca.example.test"
        mail A 192.0.2.1
        mail AAAA 2001:db8::1
        www CNAME web
        web CNAME mail
        null MX 0 .
        _sip._tcp SRV 2 1 5060 mail
        _443._tcp TLSA 3 1 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
        svc HTTPS 1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1
        odd TYPE65280 \\# 3 010203
        *.wild A 192.0.2.77
        """ + "\n" + (0..<40).map { "big TXT \"\($0) \(String(repeating: "x", count: 200))\"\n" }.joined()
}
