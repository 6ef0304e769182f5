// A UDP server that sends back each packet. Try it: nc -u 127.0.0.1 8084
import Netius

let address = SocketAddress.ip(.v4(.loopback), port: try Environment.process.port("PORT") ?? 8084)
let socket = try await Datagram.bind(address)
Log.current.notice("listening", metadata: ["address": "\(socket.address)"])

for try await packet in socket {
    try await socket.send(packet.bytes, to: packet.sender)
}
