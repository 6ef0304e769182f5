// Says who takes the mail of a domain, and at which addresses.
//
//     Lookup example.com                          asks the system's name servers
//     NAMESERVERS=192.0.2.53 Lookup example.com   asks this one
import NetiusDNS

guard let domain = CommandLine.arguments.dropFirst().first else { fatalError("which domain?") }

let dns = DNSClient.shared
var hosts = try await dns.mailExchangers(of: domain).map(\.host)
// Without a word on mail, the domain itself takes it.
if hosts.isEmpty { hosts = [domain] }
for host in hosts where !host.isEmpty {
    let addresses = try await dns.addresses(of: host)
    print("\(host): \(addresses.map(\.description).sorted().joined(separator: ", "))")
}
