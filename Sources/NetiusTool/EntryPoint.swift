import Netius

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@main struct EntryPoint {
    static func main() async {
        let tool = Tool(
            commands: [
                AuthCommand.self, DKIMCommand.self, DNSCommand.self, EchoCommand.self, FetchCommand.self,
                FileCommand.self, GetCommand.self, HeadCommand.self, HelloCommand.self, IPCommand.self,
                PostCommand.self, QueueCommand.self, RSACommand.self, RawCommand.self, RelayCommand.self,
                SMTPCommand.self, SendCommand.self, TLSCommand.self,
            ],
            environment: .process, output: writeToStandardOutput, errorOutput: writeToStandardError)
        exit(await tool.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
