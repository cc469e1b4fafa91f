"""Invented customers and field executives, in real cities; telephone numbers reach nobody."""

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """A city with the part of it that a hub serves: PIN code, name, latitude and longitude."""

    name: str
    state: str
    areas: tuple[tuple[str, str, float, float], ...]


CITIES = (
    City(
        "Pune",
        "Maharashtra",
        (
            ("411014", "Viman Nagar", 18.5679, 73.9143),
            ("411038", "Kothrud", 18.5074, 73.8077),
            ("411001", "Camp", 18.5162, 73.8767),
        ),
    ),
    City(
        "Bengaluru",
        "Karnataka",
        (
            ("560038", "Indiranagar", 12.9784, 77.6408),
            ("560034", "Koramangala", 12.9352, 77.6245),
            ("560066", "Whitefield", 12.9698, 77.7500),
        ),
    ),
    City(
        "Mumbai",
        "Maharashtra",
        (
            ("400050", "Bandra West", 19.0596, 72.8295),
            ("400076", "Powai", 19.1176, 72.9060),
            ("400028", "Dadar", 19.0178, 72.8478),
        ),
    ),
    City(
        "New Delhi",
        "Delhi",
        (
            ("110017", "Saket", 28.5245, 77.2066),
            ("110024", "Lajpat Nagar", 28.5677, 77.2433),
            ("110001", "Connaught Place", 28.6315, 77.2167),
        ),
    ),
    City(
        "Hyderabad",
        "Telangana",
        (
            ("500034", "Banjara Hills", 17.4126, 78.4482),
            ("500081", "Madhapur", 17.4483, 78.3915),
        ),
    ),
    City(
        "Chennai",
        "Tamil Nadu",
        (
            ("600020", "Adyar", 13.0012, 80.2565),
            ("600017", "T. Nagar", 13.0418, 80.2341),
        ),
    ),
    City(
        "Kolkata",
        "West Bengal",
        (
            ("700019", "Ballygunge", 22.5280, 88.3659),
            ("700091", "Salt Lake", 22.5867, 88.4171),
        ),
    ),
    City(
        "Ahmedabad",
        "Gujarat",
        (
            ("380015", "Satellite", 23.0300, 72.5176),
            ("380009", "Navrangpura", 23.0365, 72.5611),
        ),
    ),
    City("Jaipur", "Rajasthan", (("302017", "Malviya Nagar", 26.8530, 75.8047),)),
    City("Kochi", "Kerala", (("682020", "Kadavanthra", 9.9669, 76.2999),)),
    City("Lucknow", "Uttar Pradesh", (("226010", "Gomti Nagar", 26.8496, 81.0072),)),
    City("Indore", "Madhya Pradesh", (("452010", "Vijay Nagar", 22.7533, 75.8937),)),
)

FIRST_NAMES = (
    "Aarav", "Aditi", "Akash", "Amrita", "Anil", "Bhavna", "Chetan", "Deepika", "Dev", "Divya",
    "Gaurav", "Gayatri", "Harsh", "Ila", "Imran", "Jaya", "Kabir", "Kavya", "Kiran", "Leela",
    "Manish", "Meera", "Mohan", "Nandini", "Naveen", "Neha", "Nikhil", "Pallavi", "Pooja",
    "Pranav", "Priya", "Rahul", "Rekha", "Ritu", "Sameer", "Sana", "Shruti", "Sunil", "Tara",
    "Uma", "Varun", "Vidya", "Vikram", "Yash", "Zoya",
)  # fmt: skip
LAST_NAMES = (
    "Agarwal", "Bose", "Chandra", "Das", "Dutta", "Fernandes", "Ghosh", "Gupta", "Iyer", "Jain",
    "Joshi", "Kapoor", "Khan", "Kulkarni", "Menon", "Mishra", "Mukherjee", "Naidu", "Nair",
    "Pandey", "Patel", "Patil", "Rao", "Reddy", "Saxena", "Shah", "Sharma", "Singh", "Thomas",
    "Verma",
)  # fmt: skip
STREETS = (
    "Lake Road", "Temple Street", "Church Lane", "Station Road", "Park View Society",
    "3rd Cross", "Rose Garden Apartments", "Nehru Nagar", "Gandhi Road", "Sunrise Towers",
)  # fmt: skip
EXECUTIVES = (
    "Ravi Kadam", "Manjunath Gowda", "Santosh Pawar", "Deepak Chauhan", "Srinivas Reddy",
    "Karthik Murugan", "Subrata Pal", "Hitesh Solanki", "Mahesh Meena", "Vishnu Nambiar",
    "Ajay Yadav", "Rakesh Verma", "Sunita Jadhav", "Prakash Hegde", "Imtiaz Shaikh",
    "Gurpreet Gill", "Nagaraju Bandi", "Selvi Arumugam", "Debashis Roy", "Jignesh Parmar",
    "Lokesh Sharma", "Biju Kurian", "Anita Maurya", "Dinesh Malviya",
)  # fmt: skip


def executive(place: int) -> tuple[str, str, City]:
    """Give code, name and hub of the executive at this place, from 0."""
    turn, seat = divmod(place, len(EXECUTIVES))
    name = EXECUTIVES[seat] + (f" {turn + 1}" if turn else "")
    return f"E-{101 + place}", name, CITIES[place % len(CITIES)]
