#include "panels/requests/request_line.h"

#include <QAction>
#include <QComboBox>
#include <QCompleter>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QStringListModel>
#include <QTextCharFormat>
#include <QTimer>
#include <algorithm>

#include "panels/kit/widgets.h"
#include "panels/requests/request_tree.h"

namespace panels::requests {

using kit::Token;
using kit::Type;

namespace {
QString text(const std::string& s) { return QString::fromStdString(s); }
}  // namespace

RequestLine::RequestLine(QWidget* parent) : QWidget(parent) {
  auto* line = new QHBoxLayout(this);
  line->setContentsMargins(12, 12, 12, 12);
  line->setSpacing(8);
  method_ = new QComboBox;
  method_->setAccessibleName(tr("Method"));
  for (const char* m : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "GRPC"}) method_->addItem(method_words(m), QString::fromLatin1(m));
  method_->setFixedWidth(88);
  method_->setFont(kit::theme().font(Type::Mono));
  url_ = new QLineEdit;
  url_->setAccessibleName(tr("URL, or a cURL line to import"));
  url_->setPlaceholderText(tr("URL, {{gateway}}/path, or paste a cURL line"));
  url_->setFont(kit::theme().font(Type::Mono));
  url_->installEventFilter(this);
  offers_ = new QStringListModel(this);
  auto* completer = new QCompleter(offers_, this);
  completer->setCaseSensitivity(Qt::CaseInsensitive);
  completer->setFilterMode(Qt::MatchContains);
  completer->setMaxVisibleItems(10);
  url_->setCompleter(completer);
  resolved_ = kit::label({}, Type::Dense, Token::Tx3, url_);
  auto* inside = new QHBoxLayout(url_);
  inside->setContentsMargins(0, 0, 10, 0);
  inside->addStretch(1);
  inside->addWidget(resolved_);
  environment_ = new QComboBox;
  environment_->setAccessibleName(tr("Environment whose variables are used"));
  environment_->setToolTip(tr("The environment of workspace.yaml whose variables fill {{name}}"));
  environment_->setMaximumWidth(120);
  send_ = kit::primary_button(tr("Send"), QStringLiteral("send"), QStringLiteral("Ctrl+Enter"));
  connect(send_, &QPushButton::clicked, this, &RequestLine::send_asked);
  copy_ = kit::button(tr("Copy as"), QStringLiteral("copy"));
  auto* menu = new QMenu(copy_);
  const auto add = [this, menu](const QString& name, Form form) { return menu->addAction(name, this, [this, form] { Q_EMIT copy_asked(form); }); };
  add(tr("cURL (bash)"), Form::Bash);
  add(tr("cURL (cmd)"), Form::Cmd);
  add(tr("cURL (PowerShell)"), Form::PowerShell);
  grpcurl_ = add(tr("grpcurl"), Form::Grpcurl);
  add(tr(".http"), Form::Http);
  menu->addSeparator();
  of_reply_ = {add(tr("Reply body"), Form::ReplyBody), add(tr("Reply headers"), Form::ReplyHeaders)};
  copy_->setMenu(menu);
  line->addWidget(method_);
  line->addWidget(url_, 1);
  line->addWidget(environment_);
  line->addWidget(send_);
  line->addWidget(copy_);

  connect(method_, &QComboBox::currentIndexChanged, this, [this] {
    const bool grpc = method() == QLatin1String("GRPC");
    offers_->setStringList(grpc ? grpc_ : http_);
    grpcurl_->setEnabled(grpc);
    if (!loading_) Q_EMIT edited();
  });
  connect(environment_, &QComboBox::activated, this, [this](int at) { Q_EMIT environment_chosen(environment_->itemData(at).toString()); });
  connect(url_, &QLineEdit::textEdited, this, [this](const QString& now) {
    if (now.trimmed().startsWith(QLatin1String("curl "))) {
      QTimer::singleShot(0, this, [this, now] { Q_EMIT curl_pasted(now); });
      return;
    }
    Q_EMIT edited();
  });
  connect(completer, qOverload<const QString&>(&QCompleter::activated), this, [this] { Q_EMIT edited(); });
  connect(url_, &QLineEdit::textChanged, this, [this] { paint_variables(); });
  grpcurl_->setEnabled(false);
  set_has_reply(false);
}

void RequestLine::set_request(const workbench::traffic::SavedRequest& request) {
  loading_ = true;
  method_->setCurrentIndex(std::max(0, method_->findData(text(request.method))));
  url_->setText(text(request.url));
  loading_ = false;
}

QString RequestLine::method() const { return method_->currentData().toString(); }
QString RequestLine::url_text() const { return url_->text(); }
void RequestLine::set_url(const QString& url) { url_->setText(url); }

void RequestLine::set_variables(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::pair<QString, QString>> now;
  for (const auto& [name, value] : variables) now.emplace_back(text(name), text(value));
  if (now == variables_) return;
  variables_ = std::move(now);
  paint_variables();
}

void RequestLine::set_environments(const std::vector<std::string>& names, const std::string& current) {
  QStringList wanted, now;
  for (const auto& n : names) wanted << text(n);
  for (int i = 0; i < environment_->count(); ++i) now << environment_->itemData(i).toString();
  if (wanted != now) {
    environment_->clear();
    for (const QString& n : wanted) environment_->addItem(tr("env %1").arg(n), n);
  }
  environment_->setCurrentIndex(environment_->findData(text(current)));
  environment_->setVisible(!wanted.isEmpty());
}

void RequestLine::set_offers(const QStringList& http, const QStringList& grpc) {
  if (http == http_ && grpc == grpc_) return;
  http_ = http, grpc_ = grpc;
  offers_->setStringList(method() == QLatin1String("GRPC") ? grpc_ : http_);
}

void RequestLine::set_sending(bool on) {
  send_->setText(on ? tr("Cancel") : tr("Send"));
  send_->setToolTip(tr("Ctrl+Enter sends, and cancels while it runs"));
}

void RequestLine::set_has_reply(bool on) {
  for (QAction* action : of_reply_) action->setEnabled(on);
}

// QLineEdit has no rich text, but it draws the formats of a pre-edit: variables are shown in the accent.
void RequestLine::paint_variables() {
  QList<QInputMethodEvent::Attribute> marks;
  const QString url = url_->text();
  for (qsizetype open = url.indexOf(QLatin1String("{{")); open >= 0; open = url.indexOf(QLatin1String("{{"), open + 2)) {
    const auto close = url.indexOf(QLatin1String("}}"), open);
    if (close < 0) break;
    const QString name = url.mid(open + 2, close - open - 2).trimmed();
    const bool known = name.startsWith(QLatin1Char('$')) || std::any_of(variables_.begin(), variables_.end(), [&](const auto& v) { return v.first == name; });
    QTextCharFormat format;
    format.setForeground(kit::theme().color(known || variables_.empty() ? Token::Acc : Token::Warn));
    marks << QInputMethodEvent::Attribute(QInputMethodEvent::TextFormat, static_cast<int>(open) - url_->cursorPosition(), static_cast<int>(close + 2 - open), format);
  }
  QInputMethodEvent event(QString(), marks);
  QCoreApplication::sendEvent(url_, &event);
  QString resolved;
  for (const auto& [name, value] : variables_)
    if (url.startsWith(QStringLiteral("{{%1}}").arg(name))) resolved = value.section(QStringLiteral("://"), -1);
  resolved_->setText(resolved);
  url_->setTextMargins(0, 0, resolved.isEmpty() ? 0 : resolved_->sizeHint().width() + 12, 0);
}

bool RequestLine::eventFilter(QObject* watched, QEvent* event) {
  if (watched == url_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
      Q_EMIT send_asked();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace panels::requests
