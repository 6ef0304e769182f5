//! `hyper-hello PORT [CERTIFICATE KEY]`: hyper on tokio's runtime of one thread, over OpenSSL if there is a certificate.

use hyper::server::conn::Http;
use hyper::service::service_fn;
use hyper::{Body, Request, Response};
use openssl::ssl::{select_next_proto, AlpnError, Ssl, SslAcceptor, SslFiletype, SslMethod};
use std::convert::Infallible;
use tokio::net::{TcpListener, TcpStream};

async fn hello(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    let response = Response::builder().header("content-type", "text/plain");
    Ok(response.body(Body::from("Hello World")).unwrap())
}

async fn serve(stream: TcpStream, acceptor: Option<SslAcceptor>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    stream.set_nodelay(true)?;
    let service = service_fn(hello);
    match acceptor {
        None => Http::new().serve_connection(stream, service).await?,
        Some(acceptor) => {
            let mut stream = tokio_openssl::SslStream::new(Ssl::new(acceptor.context())?, stream)?;
            std::pin::Pin::new(&mut stream).accept().await?;
            let is_http2 = stream.ssl().selected_alpn_protocol() == Some(b"h2");
            Http::new().http2_only(is_http2).serve_connection(stream, service).await?
        }
    }
    Ok(())
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let acceptor = (words.len() > 3).then(|| {
        let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
        builder.set_certificate_chain_file(&words[2]).unwrap();
        builder.set_private_key_file(&words[3], SslFiletype::PEM).unwrap();
        builder.set_alpn_select_callback(|_, offered| {
            select_next_proto(b"\x02h2\x08http/1.1", offered).ok_or(AlpnError::NOACK)
        });
        builder.build()
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let port: u16 = words[1].parse().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let _ = serve(stream, acceptor).await;
            });
        }
    });
}
