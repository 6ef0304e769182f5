/// The page and what belongs to it. Text of others comes into it as text alone (`textContent`), never as HTML.
enum Page {
    static let html = """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta name="color-scheme" content="light dark">
        <title>Guestbook</title>
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
        <main>
        <h1>Guestbook</h1>
        <form>
        <label>Name <input name="name" maxlength="40" autocomplete="name" required></label>
        <label>Note <textarea name="text" maxlength="1000" rows="3"></textarea></label>
        <label>Photos <input name="photo" type="file" accept="image/jpeg,image/png,image/webp" multiple></label>
        <button>Sign</button>
        <output role="status"></output>
        </form>
        <template><article><p></p><img alt=""><footer><b></b><button title="Remove">×</button></footer></article></template>
        <section aria-live="polite"></section>
        </main>
        """

    static let style = """
        :root { font: 1rem/1.5 system-ui, sans-serif; --edge: color-mix(in srgb, currentColor 20%, transparent) }
        body { margin: 0 }
        main { max-width: 40rem; margin: auto; padding: 1rem }
        form, label, section { display: grid; gap: .5rem }
        form, article { border: 1px solid var(--edge); border-radius: .5rem; padding: 1rem }
        section { margin-top: 1rem; gap: 1rem }
        input, textarea, button { font: inherit; padding: .5rem; border: 1px solid var(--edge); border-radius: .25rem }
        input, textarea { min-width: 0; box-sizing: border-box; width: 100% }
        form button { justify-self: start; padding: .5rem 1.5rem; background: #06c; color: white; cursor: pointer }
        output:not(:empty) { color: light-dark(#b00, #f88) }
        article p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
        article img { display: block; max-width: 100%; margin-top: .5rem; border-radius: .25rem }
        footer { display: flex; justify-content: space-between; align-items: center; overflow-wrap: anywhere }
        footer button { border: 0; background: none; color: inherit; cursor: pointer }
        """

    static let script = """
        const [form, section, template, output] = ["form", "section", "template", "output"]
            .map(name => document.querySelector(name));

        async function send(path, options) {
            const response = await fetch(path, { method: "POST", ...options });
            if (!response.ok) throw new Error(await response.text());
        }

        form.addEventListener("submit", async event => {
            event.preventDefault();
            const data = new FormData(form);
            try {
                if (data.get("text")) {
                    const body = JSON.stringify({ name: data.get("name"), text: data.get("text") });
                    await send("/notes", { body, headers: { "Content-Type": "application/json" } });
                }
                if (data.get("photo").size) {
                    data.delete("text");
                    await send("/photos", { body: data });
                }
                form.text.value = form.photo.value = output.textContent = "";
            } catch (error) {
                output.textContent = error.message;
            }
        });

        const events = new EventSource("/events");
        events.addEventListener("signed", event => {
            const note = JSON.parse(event.data);
            const article = template.content.firstElementChild.cloneNode(true);
            article.id = `note-${note.id}`;
            article.querySelector("p").textContent = note.text;
            article.querySelector("b").textContent = note.name;
            if (note.photo) article.querySelector("img").src = `/photos/${encodeURIComponent(note.photo)}`;
            else article.querySelector("img").remove();
            article.querySelector("button").onclick = () => fetch(`/notes/${note.id}`, { method: "DELETE" });
            section.prepend(article);
        });
        events.addEventListener("removed", event => document.getElementById(`note-${event.data}`)?.remove());
        """
}
