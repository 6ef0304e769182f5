/// A client of SMTP.
public final class SMTPClient: Sendable {}
