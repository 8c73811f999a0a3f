//! Renders a conversation with the model's own chat template, the Jinja text in its GGUF file.

use minijinja::{Environment, Error, ErrorKind, context};
use opengateway_api::{Role, Turn};

/// The format of ChatML, for models that bring no template.
const CHATML: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}\
                      {% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
/// Loops in a template are cut off here: a stranger wrote it.
const MOST_STEPS: u64 = 10_000_000;

/// A model's chat template.
#[derive(Debug)]
pub struct ChatTemplate {
    environment: Environment<'static>,
    bos: String,
    eos: String,
}

impl ChatTemplate {
    /// Takes the template of the model, or ChatML if it has none. `bos` and `eos` are the texts of those tokens.
    ///
    /// # Errors
    /// The template's own syntax error.
    pub fn new(source: Option<&str>, bos: String, eos: String) -> Result<Self, String> {
        let mut environment = Environment::new();
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_fuel(Some(MOST_STEPS));
        environment.add_function("raise_exception", |message: String| -> Result<String, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, message))
        });
        environment.add_function("strftime_now", |_: String| String::new());
        environment.add_template_owned("chat", source.unwrap_or(CHATML).to_owned()).map_err(explain)?;
        Ok(Self { environment, bos, eos })
    }

    /// The conversation as the model wants to read it, up to where its answer begins. Templates that refuse a
    /// system turn get it as the head of the first question.
    ///
    /// # Errors
    /// What the template refuses, in its author's words.
    pub fn render(&self, turns: &[Turn]) -> Result<String, String> {
        self.render_once(turns).or_else(|error| match merge_system(turns) {
            Some(merged) => self.render_once(&merged).map_err(|_| error),
            None => Err(error),
        })
    }

    fn render_once(&self, turns: &[Turn]) -> Result<String, String> {
        let messages: Vec<_> =
            turns.iter().map(|turn| context! { role => role_name(turn.role), content => turn.text }).collect();
        let template = self.environment.get_template("chat").map_err(explain)?;
        template
            .render(context! {
                messages,
                add_generation_prompt => true,
                bos_token => self.bos,
                eos_token => self.eos,
            })
            .map_err(explain)
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

fn merge_system(turns: &[Turn]) -> Option<Vec<Turn>> {
    let (system, rest) = turns.split_first().filter(|(first, _)| first.role == Role::System)?;
    let (question, rest) = rest.split_first()?;
    let merged = Turn { role: question.role, text: format!("{}\n\n{}", system.text, question.text) };
    Some(std::iter::once(merged).chain(rest.iter().cloned()).collect())
}

fn explain(error: Error) -> String {
    let detail = error.detail().unwrap_or_default();
    format!("the model's chat template failed: {} {detail}", error.kind())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(source: Option<&str>) -> ChatTemplate {
        ChatTemplate::new(source, "<s>".into(), "</s>".into()).unwrap()
    }

    #[test]
    fn without_a_template_a_conversation_is_chatml() {
        let text = template(None).render(&[Turn::system("Be kind."), Turn::user("Hi")]).unwrap();

        assert_eq!(
            text,
            "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
        );
    }

    #[test]
    fn python_methods_in_templates_work() {
        let source = "{{ bos_token }}{% for m in messages %}{{ m['content'].strip().upper() }}{% endfor %}";

        assert_eq!(template(Some(source)).render(&[Turn::user(" hi ")]).unwrap(), "<s>HI");
    }

    #[test]
    fn a_template_that_refuses_system_turns_gets_them_in_the_question() {
        let source = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}\
                      {{ messages[0].content }}";

        let text = template(Some(source)).render(&[Turn::system("Be kind."), Turn::user("Hi")]).unwrap();

        assert_eq!(text, "Be kind.\n\nHi");
    }

    #[test]
    fn a_template_that_loops_for_ever_is_cut_off() {
        let source = "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}";

        assert!(template(Some(source)).render(&[Turn::user("Hi")]).is_err());
    }

    #[test]
    fn a_broken_template_is_an_error_that_says_so() {
        let error = ChatTemplate::new(Some("{% if %}"), String::new(), String::new()).unwrap_err();

        assert!(error.contains("chat template"), "{error}");
    }
}
