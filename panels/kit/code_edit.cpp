#include "panels/kit/code_edit.h"

#include <QFileInfo>
#include <QHelpEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSyntaxHighlighter>
#include <QTextBlock>
#include <QToolTip>
#include <algorithm>

#include "panels/kit/theme.h"

namespace panels::kit {
namespace {

bool is_word(QChar c) { return c.isLetterOrNumber() || c == QLatin1Char('_'); }

class Highlighter : public QSyntaxHighlighter {
 public:
  Highlighter(CodeEdit* edit) : QSyntaxHighlighter(edit->document()), edit_(edit) {}

 protected:
  void highlightBlock(const QString& line) override {
    if (line.size() > 4096) return;
    for (const Lexeme& lexeme : lex_line(line, edit_->syntax())) setFormat(lexeme.start, lexeme.length, ink(lexeme.kind));
  }

 private:
  static QColor ink(Lexeme::Kind kind) {
    switch (kind) {
      case Lexeme::Kind::Key: return theme().color(theme().dark() ? Token::S1 : Token::Acc);
      case Lexeme::Kind::String: return theme().color(Token::Ok);
      case Lexeme::Kind::Number: return theme().color(Token::Warn);
      case Lexeme::Kind::Word: return theme().color(Token::Acc);
      case Lexeme::Kind::Variable: return theme().color(Token::Acc);
      case Lexeme::Kind::Comment: return theme().color(Token::Tx3);
    }
    return {};
  }
  CodeEdit* edit_;
};

}  // namespace

class Gutter : public QWidget {
 public:
  explicit Gutter(CodeEdit* edit) : QWidget(edit), edit_(edit) {}
  QSize sizeHint() const override { return {edit_->gutter_width(), 0}; }

 protected:
  void paintEvent(QPaintEvent* event) override { edit_->paint_gutter(event); }

 private:
  CodeEdit* edit_;
};

Syntax syntax_of(const QString& file) {
  const QString extension = QFileInfo(file).suffix();
  if (extension == QStringLiteral("yaml") || extension == QStringLiteral("yml")) return Syntax::Yaml;
  if (extension == QStringLiteral("toml")) return Syntax::Toml;
  if (extension == QStringLiteral("json")) return Syntax::Json;
  if (extension == QStringLiteral("cpp") || extension == QStringLiteral("h")) return Syntax::Cpp;
  return Syntax::Plain;
}

namespace {

// YAML and TOML, a line at a time: a comment, a key before its colon or equals sign, strings, numbers, templates.
std::vector<Lexeme> lex_document(const QString& line, bool yaml) {
  std::vector<Lexeme> out;
  const int size = static_cast<int>(line.size());
  static const QRegularExpression key(QStringLiteral(R"(^(\s*(?:- )*)("[^"]*"|'[^']*'|[^\s#"'\[{][^:#=]*?)\s*:(?=\s|$))"));
  static const QRegularExpression equals(QStringLiteral(R"(^(\s*)([^\s#=\[][^=]*?)\s*=)"));
  static const QRegularExpression inner(QStringLiteral(R"([{,]\s*([A-Za-z_][\w.-]*)\s*[:=](?=\s))"));
  static const QRegularExpression number(QStringLiteral(R"((?<![\w.])-?\d[\w.%]*(?![\w.]))")), word(QStringLiteral(R"((?<![\w.])(?:true|false|null)(?![\w.]))"));
  static const QRegularExpression variable(QStringLiteral(R"(\{\{.*?\}\}|\$\{[^}]*\})"));
  // A comment starts at a # that no quote holds and that follows a blank.
  int end = size;
  QChar quote;
  for (int i = 0; i < size; ++i) {
    const QChar c = line[i];
    if (!quote.isNull()) {
      if (c == quote) quote = QChar();
    } else if ((c == QLatin1Char('"') || c == QLatin1Char('\'')) && (i == 0 || !line[i - 1].isLetterOrNumber())) {
      quote = c;
    } else if (c == QLatin1Char('#') && (i == 0 || line[i - 1].isSpace())) {
      end = i;
      break;
    }
  }
  const QString code = line.left(end);
  int from = 0;
  if (!yaml && code.trimmed().startsWith(QLatin1Char('['))) {
    out.push_back({Lexeme::Kind::Key, 0, end});
    from = end;
  } else if (const auto m = (yaml ? key : equals).match(code); m.hasMatch()) {
    out.push_back({Lexeme::Kind::Key, int(m.capturedStart(2)), int(m.capturedLength(2))});
    from = int(m.capturedEnd(0));
  }
  auto all = [&](const QRegularExpression& what, Lexeme::Kind kind, int group) {
    for (auto it = what.globalMatch(code, from); it.hasNext();) {
      const auto m = it.next();
      out.push_back({kind, int(m.capturedStart(group)), int(m.capturedLength(group))});
    }
  };
  all(number, Lexeme::Kind::Number, 0);
  all(word, Lexeme::Kind::Word, 0);
  all(inner, Lexeme::Kind::Key, 1);
  for (int i = from; i < end; ++i) {
    const QChar c = code[i];
    if ((c != QLatin1Char('"') && c != QLatin1Char('\'')) || (i > 0 && code[i - 1].isLetterOrNumber())) continue;
    const auto close = code.indexOf(c, i + 1);
    if (close < 0) break;
    out.push_back({Lexeme::Kind::String, i, int(close) + 1 - i});
    i = int(close);
  }
  all(variable, Lexeme::Kind::Variable, 0);  // last: it keeps its colour inside a string
  if (end < size) out.push_back({Lexeme::Kind::Comment, end, size - end});
  return out;
}

}  // namespace

std::vector<Lexeme> lex_line(const QString& line, Syntax syntax) {
  if (syntax == Syntax::Yaml || syntax == Syntax::Toml) return lex_document(line, syntax == Syntax::Yaml);
  std::vector<Lexeme> out;
  const int size = static_cast<int>(line.size());
  int i = 0;
  while (i < size) {
    const QChar c = line[i];
    if (c == QLatin1Char('{') && i + 1 < size && line[i + 1] == QLatin1Char('{')) {
      const auto end = line.indexOf(QStringLiteral("}}"), i);
      if (end > 0) {
        out.push_back({Lexeme::Kind::Variable, i, static_cast<int>(end) + 2 - i});
        i = static_cast<int>(end) + 2;
        continue;
      }
    }
    if (syntax == Syntax::Plain) {
      ++i;
      continue;
    }
    if (syntax == Syntax::Cpp && c == QLatin1Char('/') && i + 1 < size && line[i + 1] == QLatin1Char('/')) {
      out.push_back({Lexeme::Kind::Comment, i, size - i});
      break;
    }
    if (c == QLatin1Char('"')) {
      int end = i + 1;
      while (end < size && line[end] != QLatin1Char('"')) end += line[end] == QLatin1Char('\\') ? 2 : 1;
      end = std::min(end + 1, size);
      int after = end;
      while (after < size && line[after].isSpace()) ++after;
      const bool key = syntax == Syntax::Json && after < size && line[after] == QLatin1Char(':');
      out.push_back({key ? Lexeme::Kind::Key : Lexeme::Kind::String, i, end - i});
      // A variable inside a string keeps its own colour.
      const auto open = line.indexOf(QStringLiteral("{{"), i);
      if (open >= 0 && open < end) {
        const auto close = line.indexOf(QStringLiteral("}}"), open);
        if (close > 0 && close < end) out.push_back({Lexeme::Kind::Variable, static_cast<int>(open), static_cast<int>(close - open) + 2});
      }
      i = end;
      continue;
    }
    if (c.isDigit() || (c == QLatin1Char('-') && i + 1 < size && line[i + 1].isDigit())) {
      int end = i + 1;
      while (end < size && (is_word(line[end]) || line[end] == QLatin1Char('.'))) ++end;
      out.push_back({Lexeme::Kind::Number, i, end - i});
      i = end;
      continue;
    }
    if (is_word(c)) {
      int end = i;
      while (end < size && is_word(line[end])) ++end;
      const QString word = line.mid(i, end - i);
      static const QStringList json{QStringLiteral("true"), QStringLiteral("false"), QStringLiteral("null")};
      static const QStringList cpp{QStringLiteral("return"), QStringLiteral("const"), QStringLiteral("auto"), QStringLiteral("class"), QStringLiteral("struct"),
                                   QStringLiteral("namespace"), QStringLiteral("if"), QStringLiteral("else"), QStringLiteral("for"), QStringLiteral("while"),
                                   QStringLiteral("include"), QStringLiteral("using"), QStringLiteral("void"), QStringLiteral("int"), QStringLiteral("bool"),
                                   QStringLiteral("true"), QStringLiteral("false"), QStringLiteral("template"), QStringLiteral("public"), QStringLiteral("private")};
      if ((syntax == Syntax::Json ? json : cpp).contains(word)) out.push_back({Lexeme::Kind::Word, i, end - i});
      i = end;
      continue;
    }
    ++i;
  }
  return out;
}

CodeEdit::CodeEdit(const QString& accessible_name, QWidget* parent) : QPlainTextEdit(parent) {
  setAccessibleName(accessible_name);
  setFrameShape(QFrame::NoFrame);
  setFont(theme().font(Type::Mono));
  setLineWrapMode(QPlainTextEdit::NoWrap);
  setTabChangesFocus(true);
  setTabStopDistance(fontMetrics().horizontalAdvance(QLatin1Char(' ')) * 2);
  document()->setDocumentMargin(8);
  gutter_ = new Gutter(this);
  highlighter_ = new Highlighter(this);
  connect(this, &QPlainTextEdit::blockCountChanged, this, [this] { restyle(); });
  connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& rect, int dy) {
    if (dy != 0)
      gutter_->scroll(0, dy);
    else
      gutter_->update(0, rect.y(), gutter_->width(), rect.height());
  });
  connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] { viewport()->update(); });
  connect(&theme(), &Theme::changed, this, [this] { static_cast<QSyntaxHighlighter*>(highlighter_)->rehighlight(); });
  restyle();
}

void CodeEdit::set_syntax(Syntax syntax) {
  if (syntax_ == syntax) return;
  syntax_ = syntax;
  static_cast<QSyntaxHighlighter*>(highlighter_)->rehighlight();
}

void CodeEdit::set_text(const QString& text) {
  if (toPlainText() == text) return;
  const int at = textCursor().position();
  setPlainText(text);
  QTextCursor cursor = textCursor();
  cursor.setPosition(std::min(at, static_cast<int>(text.size())));
  setTextCursor(cursor);
}

void CodeEdit::set_line_styles(std::vector<LineStyle> styles) {
  styles_ = std::move(styles);
  restyle();
  viewport()->update();
}

void CodeEdit::set_faults(std::vector<Fault> faults) {
  faults_ = std::move(faults);
  gutter_->update();
  viewport()->update();
  setAccessibleDescription(faults_.empty() ? QString() : faults_.front().text);
}

const CodeEdit::Fault* CodeEdit::fault_at(int line) const {
  for (const Fault& f : faults_)
    if (f.line == line) return &f;
  return nullptr;
}

void CodeEdit::go_to(int line, int column) {
  const QTextBlock block = document()->findBlockByNumber(std::clamp(line, 1, blockCount()) - 1);
  QTextCursor cursor(block);
  cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor, std::clamp(column - 1, 0, std::max(0, block.length() - 1)));
  setTextCursor(cursor);
  centerCursor();
}

bool CodeEdit::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && !faults_.empty()) {
    auto* help = static_cast<QHelpEvent*>(event);
    const Fault* fault = fault_at(cursorForPosition(viewport()->mapFromGlobal(help->globalPos())).blockNumber() + 1);
    fault ? QToolTip::showText(help->globalPos(), fault->text, this) : QToolTip::hideText();
    return true;
  }
  return QPlainTextEdit::event(event);
}

int CodeEdit::gutter_width() const {
  const int digit = fontMetrics().horizontalAdvance(QLatin1Char('9'));
  if (!styles_.empty()) return 12 + 4 * digit + 8 + 4 * digit + 16 + digit;
  int digits = 2;
  for (int n = blockCount(); n >= 100; n /= 10) ++digits;
  return 14 + digits * digit;
}

void CodeEdit::restyle() {
  if (!gutter_) return;
  setViewportMargins(gutter_width(), 0, 0, 0);
  gutter_->setGeometry(contentsRect().left(), contentsRect().top(), gutter_width(), contentsRect().height());
  gutter_->update();
}

void CodeEdit::resizeEvent(QResizeEvent* event) {
  QPlainTextEdit::resizeEvent(event);
  if (gutter_) gutter_->setGeometry(contentsRect().left(), contentsRect().top(), gutter_width(), contentsRect().height());
}

void CodeEdit::changeEvent(QEvent* event) {
  QPlainTextEdit::changeEvent(event);
  if (event->type() == QEvent::FontChange) restyle();
}

void CodeEdit::paintEvent(QPaintEvent* event) {
  {
    QPainter painter(viewport());
    if (!styles_.empty()) {
      for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF where = blockBoundingGeometry(block).translated(contentOffset());
        if (where.top() > viewport()->height()) break;
        const auto n = static_cast<std::size_t>(block.blockNumber());
        if (n < styles_.size() && styles_[n].wash.isValid()) painter.fillRect(QRectF(0, where.top(), viewport()->width(), where.height()), styles_[n].wash);
      }
    } else if (!isReadOnly() && hasFocus()) {
      const QRectF where = blockBoundingGeometry(textCursor().block()).translated(contentOffset());
      painter.fillRect(QRectF(0, where.top(), viewport()->width(), where.height()), theme().color(Token::Bg2));
    }
  }
  if (!faults_.empty()) {
    QPainter painter(viewport());
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
      const QRectF where = blockBoundingGeometry(block).translated(contentOffset());
      if (where.top() > viewport()->height()) break;
      if (fault_at(block.blockNumber() + 1)) painter.fillRect(QRectF(0, where.top(), viewport()->width(), where.height()), theme().tint(Token::Err, 0.12));
    }
  }
  QPlainTextEdit::paintEvent(event);
}

void CodeEdit::paint_gutter(QPaintEvent* event) {
  QPainter painter(gutter_);
  painter.fillRect(event->rect(), theme().color(Token::Bg1));
  painter.setFont(font());
  const int digit = fontMetrics().horizontalAdvance(QLatin1Char('9'));
  const int current = textCursor().blockNumber();
  for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
    const QRectF where = blockBoundingGeometry(block).translated(contentOffset());
    if (where.top() > event->rect().bottom()) break;
    if (!block.isVisible()) continue;
    const QRectF line(0, where.top(), gutter_->width(), fontMetrics().height());
    painter.setPen(theme().color(Token::Tx3));
    const auto n = static_cast<std::size_t>(block.blockNumber());
    if (styles_.empty() && fault_at(block.blockNumber() + 1)) {
      painter.fillRect(QRectF(0, where.top(), gutter_->width(), where.height()), theme().tint(Token::Err, 0.12));
      painter.fillRect(QRectF(0, where.top(), 2, where.height()), theme().color(Token::Err));
      painter.setPen(theme().color(Token::Err));
    }
    if (styles_.empty()) {
      if (block.blockNumber() == current && !isReadOnly() && hasFocus()) painter.fillRect(QRectF(0, where.top(), gutter_->width(), where.height()), theme().color(Token::Bg2));
      painter.drawText(line.adjusted(0, 0, -6, 0), Qt::AlignRight | Qt::AlignVCenter, QString::number(block.blockNumber() + 1));
    } else if (n < styles_.size()) {
      const LineStyle& style = styles_[n];
      if (style.wash.isValid()) painter.fillRect(QRectF(0, where.top(), gutter_->width(), where.height()), style.wash);
      painter.drawText(QRectF(12, line.top(), 4 * digit, line.height()), Qt::AlignRight | Qt::AlignVCenter, style.left);
      painter.drawText(QRectF(20 + 4 * digit, line.top(), 4 * digit, line.height()), Qt::AlignRight | Qt::AlignVCenter, style.right);
      painter.setPen(style.sign == QLatin1String("+") ? theme().color(Token::Ok) : theme().color(Token::Err));
      painter.drawText(QRectF(28 + 8 * digit, line.top(), 2 * digit, line.height()), Qt::AlignLeft | Qt::AlignVCenter, style.sign);
    }
  }
}

}  // namespace panels::kit
