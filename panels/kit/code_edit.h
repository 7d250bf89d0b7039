// CodeEdit: text with line numbers, the current line marked and light highlighting (JSON, YAML, TOML, C++, diff, plain). For request bodies,
// replies and previews. Lines beyond 4 096 characters are shown wrapped. GUI thread.
#pragma once

#include <QPlainTextEdit>
#include <QString>
#include <vector>

namespace panels::kit {

enum class Syntax { Plain, Json, Cpp, Yaml, Toml };
Syntax syntax_of(const QString& file);   // by its extension; Plain when it has none of ours

// What a lexer says about a piece of a line.
struct Lexeme {
  enum class Kind { Key, String, Number, Word, Variable, Comment } kind;
  int start = 0, length = 0;
};
std::vector<Lexeme> lex_line(const QString& line, Syntax syntax);  // pure; {{variable}} is found in every syntax, ${variable} in YAML and TOML

class CodeEdit : public QPlainTextEdit {
  Q_OBJECT
 public:
  explicit CodeEdit(const QString& accessible_name, QWidget* parent = nullptr);
  void set_syntax(Syntax syntax);
  Syntax syntax() const { return syntax_; }
  // Sets text without losing the caret's place when it is the same.
  void set_text(const QString& text);
  int gutter_width() const;
  // Wash behind whole lines (a diff): colour per line, invalid = none. And two columns of numbers instead of one.
  struct LineStyle {
    QColor wash;
    QString left, right, sign;
  };
  void set_line_styles(std::vector<LineStyle> styles);
  // What is wrong, by line from 1: a wash behind the line, a mark in the gutter and the words as its tooltip.
  struct Fault {
    int line = 0;
    QString text;
  };
  void set_faults(std::vector<Fault> faults);
  const std::vector<Fault>& faults() const { return faults_; }
  void go_to(int line, int column = 1);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;

 private:
  const Fault* fault_at(int line) const;
  friend class Gutter;
  void paint_gutter(QPaintEvent* event);
  void restyle();
  QWidget* gutter_ = nullptr;
  QObject* highlighter_ = nullptr;
  Syntax syntax_ = Syntax::Plain;
  std::vector<LineStyle> styles_;
  std::vector<Fault> faults_;
};

}  // namespace panels::kit
