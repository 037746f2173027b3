"""Names by how common they are, places and devices: the raw material of `people`."""

# Korean surnames with their share in the 2015 census of Statistics Korea (per thousand, rounded).
SURNAMES = (
    ("김", "kim", 215), ("이", "lee", 147), ("박", "park", 84), ("최", "choi", 47),
    ("정", "jung", 43), ("강", "kang", 24), ("조", "cho", 21), ("윤", "yoon", 21),
    ("장", "jang", 20), ("임", "lim", 17), ("한", "han", 15), ("오", "oh", 15),
    ("서", "seo", 15), ("신", "shin", 15), ("권", "kwon", 14), ("황", "hwang", 14),
    ("안", "ahn", 14), ("송", "song", 14), ("전", "jeon", 11), ("홍", "hong", 11),
    ("유", "yoo", 11), ("고", "ko", 9), ("문", "moon", 9), ("양", "yang", 9),
    ("손", "son", 9), ("배", "bae", 8), ("백", "baek", 8), ("허", "heo", 7),
    ("남", "nam", 5), ("심", "shim", 5), ("노", "noh", 5), ("하", "ha", 5),
    ("곽", "kwak", 4), ("성", "sung", 4), ("차", "cha", 4), ("주", "joo", 4),
    ("우", "woo", 4), ("구", "koo", 4), ("민", "min", 3), ("나", "na", 3),
    ("진", "jin", 3), ("지", "ji", 3), ("엄", "eom", 3), ("채", "chae", 3),
    ("원", "won", 3), ("천", "cheon", 2), ("방", "bang", 2), ("남궁", "namgung", 1),
    ("선우", "sunwoo", 1), ("황보", "hwangbo", 1),
)  # fmt: skip

# Given names as they were usual for children born from that year on, with the cohort's weight.
COHORTS = (
    (1958, 5, (
        "영숙 정숙 미숙 경희 순자 명숙 혜숙 영희 정희 옥순 "
        "영수 영호 상철 광수 성호 종철 병철 영철 정호 기영"
    )),
    (1968, 14, (
        "미경 은주 현숙 은경 미영 정미 경아 선희 은영 혜경 지연 "
        "성훈 정훈 상훈 영진 동현 재호 현수 승호 진호 태영 성진"
    )),
    (1978, 27, (
        "지영 은정 수진 혜진 현정 미정 지은 선영 정은 유진 민정 소영 "
        "지훈 성민 정훈 동현 준호 상현 현우 재훈 성호 승현 진우 민수"
    )),
    (1988, 33, (
        "지혜 민지 수빈 은지 지현 유진 예지 다은 혜원 보람 아름 슬기 한솔 소라 "
        "동현 준영 민수 현우 승민 재원 성준 도현 태민 영준 민재 하늘 상우 정우"
    )),
    (1998, 21, (
        "서연 민서 수민 예은 지우 채원 하은 다인 유나 서영 가은 나연 은서 수아 "
        "민준 지훈 현준 도윤 건우 우진 예준 승우 시우 재민 준서 동하 태현 은우"
    )),
)  # fmt: skip

_FIRST = (
    "Emma Olivia James William Noah Liam Sophie Hannah Lucas Daniel Grace Chloe Ryan Megan Oliver "
    "Amelia Jack Isla Ethan Mia Marcus Priya Arjun Mei Linh Anh Sofia Diego Camille Hugo Anna "
    "Jonas Yuki Haruto Farah Omar Elena Nikita Aisha Thomas"
)
_LAST = (
    "Smith Johnson Brown Taylor Wilson Clark Walker Harris Lewis Young King Wright Hill Green "
    "Baker Carter Mitchell Turner Cooper Reed Bailey Sharma Patel Nguyen Tran Garcia Lopez Martin "
    "Bernard Weber Fischer Tanaka Sato Rossi Novak Petrov Khan Silva Murphy Hughes"
)
FOREIGN_FIRST = tuple(_FIRST.split())
FOREIGN_LAST = tuple(_LAST.split())

# City, weight, districts.
CITIES = (
    ("서울", 200, "강남구 송파구 성동구 마포구 강서구 노원구 관악구 은평구 영등포구 광진구"),
    ("부산", 64, "해운대구 수영구 동래구 부산진구 사하구"),
    ("인천", 58, "연수구 부평구 남동구 서구"),
    ("대구", 46, "수성구 달서구 북구"),
    ("대전", 28, "유성구 서구 대덕구"),
    ("광주", 28, "광산구 북구 서구"),
    ("울산", 21, "남구 중구 울주군"),
    ("수원", 24, "영통구 권선구 장안구"),
    ("성남", 18, "분당구 수정구"),
    ("고양", 20, "일산동구 일산서구 덕양구"),
    ("용인", 21, "수지구 기흥구 처인구"),
    ("화성", 18, "동탄 봉담읍 향남읍"),
    ("천안", 13, "서북구 동남구"),
    ("청주", 16, "흥덕구 상당구"),
    ("전주", 12, "완산구 덕진구"),
    ("창원", 19, "성산구 의창구 마산합포구"),
    ("김해", 10, "장유동 내외동"),
    ("포항", 9, "남구 북구"),
    ("춘천", 6, "석사동 퇴계동"),
    ("강릉", 5, "교동 포남동"),
    ("제주", 13, "노형동 이도동 애월읍"),
)
CITY_ENGLISH = {
    "서울": "Seoul", "부산": "Busan", "인천": "Incheon", "대구": "Daegu", "대전": "Daejeon",
    "광주": "Gwangju", "울산": "Ulsan", "수원": "Suwon", "성남": "Seongnam", "고양": "Goyang",
    "용인": "Yongin", "화성": "Hwaseong", "천안": "Cheonan", "청주": "Cheongju", "전주": "Jeonju",
    "창원": "Changwon", "김해": "Gimhae", "포항": "Pohang", "춘천": "Chuncheon",
    "강릉": "Gangneung", "제주": "Jeju",
}  # fmt: skip
CITIES_ABROAD = (
    "London", "Manchester", "New York", "Seattle", "Chicago", "Los Angeles", "Boston", "Austin",
)  # fmt: skip

# Device, browser, weight, what an English speaker calls it.
DEVICES = (
    ("갤럭시", "Samsung Internet 27", 30, "a Galaxy phone"),
    ("갤럭시", "Chrome 138", 14, "a Galaxy phone"),
    ("아이폰", "Safari 18", 33, "an iPhone"),
    ("윈도우 노트북", "Chrome 138", 10, "a Windows laptop"),
    ("윈도우 노트북", "Edge 138", 6, "a Windows laptop"),
    ("맥북", "Safari 18", 5, "a MacBook"),
    ("아이패드", "Safari 18", 2, "an iPad"),
)
