"""What is known of the mail services people use here: servers, and which password each wants."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A service: its two servers, and what to do there first."""

    name: str | Promise
    hint: str | Promise
    imap_host: str
    smtp_host: str
    smtp_port: int = 465
    smtp_security: str = "tls"

    def fields(self) -> dict[str, str]:
        """Return the fields of the form that it fills."""
        return {
            "imap_host": self.imap_host,
            "imap_port": "993",
            "imap_security": "tls",
            "smtp_host": self.smtp_host,
            "smtp_port": str(self.smtp_port),
            "smtp_security": self.smtp_security,
        }


OTHER: Final = "other"
OTHER_HINT: Final = _("메일 서버의 주소는 회사의 메일 관리자나 메일 서비스의 도움말이 알려 줘요.")
PRESETS: Final = {
    "naver": Preset(
        name=_("네이버 메일"),
        hint=_(
            "네이버 메일의 환경설정 → POP3/IMAP 설정에서 IMAP을 ‘사용함’으로 바꾸고, 네이버 ID의 "
            "보안설정에서 2단계 인증을 켠 뒤 애플리케이션 비밀번호를 만들어 여기에 적어 주세요. "
            "계정은 네이버 아이디예요."
        ),
        imap_host="imap.naver.com",
        smtp_host="smtp.naver.com",
    ),
    "works": Preset(
        name=_("네이버웍스"),
        hint=_(
            "네이버웍스 메일의 환경설정에서 IMAP을 켜고 외부 앱 비밀번호를 만들어 여기에 적어 주세요. "
            "관리자가 외부 앱을 막아 두었다면 먼저 풀어야 해요. 계정은 메일 주소예요."
        ),
        imap_host="imap.worksmobile.com",
        smtp_host="smtp.worksmobile.com",
    ),
    "daum": Preset(
        name=_("다음 메일"),
        hint=_(
            "다음 메일의 환경설정 → IMAP/POP3에서 IMAP을 켜고, 카카오계정의 2단계 인증과 앱 "
            "비밀번호를 만들어 여기에 적어 주세요. 계정은 다음 아이디예요."
        ),
        imap_host="imap.daum.net",
        smtp_host="smtp.daum.net",
    ),
    "kakao": Preset(
        name=_("카카오 메일"),
        hint=_(
            "카카오 메일의 설정에서 IMAP을 켜고, 카카오계정의 2단계 인증과 앱 비밀번호를 만들어 여기에 "
            "적어 주세요. 계정은 @ 앞의 이름이에요."
        ),
        imap_host="imap.kakao.com",
        smtp_host="smtp.kakao.com",
    ),
    "google": Preset(
        name="Gmail · Google Workspace",
        hint=_(
            "Google 계정의 보안에서 2단계 인증을 켜고 앱 비밀번호(16자리)를 만들어 여기에 적어 주세요. "
            "앱 비밀번호가 안 보이면 조직의 관리자가 막아 둔 거예요. 계정은 메일 주소예요."
        ),
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
    ),
    "microsoft": Preset(
        name="Microsoft 365",
        hint=_(
            "Microsoft 365는 대부분의 조직에서 비밀번호로 하는 IMAP 로그인을 받지 않아요. 시험이 "
            "거절되면 Exchange의 메일 흐름 규칙으로 이 주소에 온 메일을 Majung의 SMTP 문으로 전달해 "
            "주세요. 보내기는 SMTP AUTH를 켠 사서함만 돼요."
        ),
        imap_host="outlook.office365.com",
        smtp_host="smtp.office365.com",
        smtp_port=587,
        smtp_security="starttls",
    ),
}


def hint(key: str) -> str:
    """Return what to do at a service before its password is typed."""
    return str(PRESETS[key].hint if key in PRESETS else OTHER_HINT)


def of(imap_host: str, smtp_host: str) -> str:
    """Return the service that two servers belong to."""
    for key, preset in PRESETS.items():
        if imap_host == preset.imap_host and smtp_host in {"", preset.smtp_host}:
            return key
    return OTHER
