import NIOCore
import NIOHTTP1
import NIOPosix

/// `nio PORT LOOPS`: SwiftNIO as its fastest users write it, channel handlers and no async code.
final class Greeter: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let greeting = ByteBuffer(string: "Hello World")
    private var staysOpen = true

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request): staysOpen = request.isKeepAlive
        case .body: break
        case .end: respond(context)
        }
    }

    private func respond(_ context: ChannelHandlerContext) {
        var fields = HTTPHeaders()
        fields.add(name: "Content-Type", value: "text/plain")
        fields.add(name: "Content-Length", value: "\(greeting.readableBytes)")
        if !staysOpen { fields.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(greeting))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !staysOpen { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count == 2 else { fatalError("usage: nio PORT LOOPS") }

let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: numbers[1]))
    .serverChannelOption(.backlog, value: 4096)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try channel.pipeline.syncOperations.addHandler(Greeter())
        }
    }
    .bind(host: "127.0.0.1", port: numbers[0])
    .get()
try await server.closeFuture.get()
