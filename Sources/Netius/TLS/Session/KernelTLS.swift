internal import CNetius

/// Encryption by the kernel (Linux's `tls` module), which lets files be sent from the system's memory.
///
/// Of records that it has encrypted the kernel holds back what its buffer for the socket has no room for, though it has
/// said that they were sent, and shutdown(2) and close(2) make it forget them. So either may come only once there was
/// room and the alert that ends the connection, before which all that is held back goes, was sent.
enum KernelTLS {
    /// Whether the kernel knows how; asked once.
    static let isAvailable = netius_kernel_tls() == 1

    /// Whether the kernel holds nothing back of what is sent next, or before it.
    static func hasRoom(_ descriptor: CInt) -> Bool {
        netius_kernel_tls_has_room(descriptor) == 1
    }

    /// How long to wait before asking again.
    static let pause = Duration.milliseconds(20)
}
